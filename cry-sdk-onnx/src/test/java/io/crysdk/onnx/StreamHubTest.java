package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.CryErrorCode;
import io.crysdk.CryEvent;
import io.crysdk.CryEvent.StreamEnded;
import io.crysdk.CryException;
import io.crysdk.CryStream;
import io.crysdk.ModelSource;
import io.crysdk.StreamOptions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a run for live streams needs is not to be had. A stream that nobody fails is never over, and the test ends by its own limit. */
@Timeout(120)
class StreamHubTest {
    private static final float[] LOUD = Sounds.noise(1, 0.9, 1);

    private final OnnxModel model =
            OnnxModel.load(ModelSource.bytes(TinyModels.full().bytes()));
    private final Calls calls = new Calls(Optional.of(Duration.ofMinutes(1)), Optional.empty());
    private final StreamHub hub = new StreamHub(model, calls);

    @AfterEach
    void close() {
        hub.close();
        calls.close();
        model.close();
    }

    private CryStream open() {
        return hub.openStream(
                this,
                new Judge(model.info(), model.contract(), CryDetectorTest.AS_THE_MODEL_SAYS),
                StreamOptions.builder().build(),
                null);
    }

    /** Closes the hub, and tells what the stream's end says. */
    private Optional<CryErrorCode> failure(CryStream stream) throws InterruptedException {
        hub.close();
        CryEvent last = null;
        for (Optional<CryEvent> next = stream.poll(Duration.ZERO);
                next.isPresent();
                next = stream.poll(Duration.ZERO)) {
            last = next.get();
        }
        assertThat(last).isInstanceOf(StreamEnded.class);
        return ((StreamEnded) last).failure().map(CryException::code);
    }

    @Test
    void streamsFailWhereTheirRunCannotBeLimited() throws InterruptedException {
        CryStream stream = open();
        calls.close(); // which takes no alarm any more
        stream.push(LOUD, 0, LOUD.length);
        assertThat(failure(stream)).contains(CryErrorCode.INFERENCE_FAILED);
    }

    @Test
    void streamsFailWhereTheRunFailsAsNoRunShould() throws InterruptedException {
        CryStream stream = open();
        model.close(); // so that the runtime is called with a session that is none
        stream.push(LOUD, 0, LOUD.length);
        assertThat(failure(stream)).contains(CryErrorCode.INFERENCE_FAILED);
    }

    @Test
    void theLimitIsForRunsOnly() throws InterruptedException {
        CryStream stream = open();
        calls.close();
        stream.push(LOUD, 0, 1_600); // too little for a window
        assertThat(failure(stream)).isEmpty();
    }
}
