package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.train.weights.Fixtures;
import io.crysdk.train.weights.VggishWeights;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StartingWeightsTest {
    private static final float SUMS = 1e-5f;

    @Test
    void aNetworkThatStartsFromThemAnswersAsTheirFrameworkDid() throws IOException {
        VggishWeights google = VggishWeights.read(Fixtures.file("v1.ckpt"));
        VggishWeights port = VggishWeights.read(Fixtures.file("port-transposed-legacy.pth"));
        for (boolean batchNorm : new boolean[] {false, true}) {
            NetSettings settings = google.settings(batchNorm, 4).withSounds(batchNorm ? 5 : 0);
            try (VggishNet net = VggishNet.create(settings, new SplittableRandom(3))) {
                Map<String, float[]> before = net.state();
                net.loadBody(google);
                assertThat(embedding(net)).containsExactly(Fixtures.answer("tensorflow"), within(SUMS));
                net.loadBody(port);
                assertThat(embedding(net)).containsExactly(Fixtures.answer("pytorch"), within(SUMS));
                for (String head : new String[] {"gate.weight", "gate.bias", "reasons.weight", "reasons.bias"}) {
                    assertThat(net.state().get(head)).isEqualTo(before.get(head));
                }
            }
        }
    }

    @Test
    void whatGoesInComesOut() {
        VggishWeights drawn = Fixtures.drawn(8);
        for (boolean batchNorm : new boolean[] {false, true}) {
            NetSettings settings = drawn.settings(batchNorm, 4).withSounds(batchNorm ? 5 : 0);
            try (VggishNet net = VggishNet.create(settings, new SplittableRandom(3))) {
                net.loadBody(drawn);
                VggishWeights out = net.body();
                assertThat(out.values().keySet())
                        .containsExactlyElementsOf(drawn.values().keySet());
                // A normalisation divides by the root of a variance that is 1 but for its last bit.
                drawn.values()
                        .forEach((name, values) -> assertThat(out.values().get(name))
                                .containsExactly(values, within(batchNorm ? 1e-6f : 0.0f)));
            }
        }
    }

    @Test
    void widthsMustAgree() {
        NetSettings other = NetSettings.vggish(32, List.of(12, 10), false, 4);
        try (VggishNet net = VggishNet.create(other, new SplittableRandom(3))) {
            assertThatThrownBy(() -> net.loadBody(Fixtures.drawn(8)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the network has convolutions of [2, 4, 8, 8, 16, 16], dense layers of [12, 10] and an"
                            + " embedding of 128; the weights have convolutions of [2, 3, 5, 4, 7, 6], dense layers of"
                            + " [12, 10] and an embedding of 8");
        }
    }

    private static float[] embedding(VggishNet net) {
        return Scorer.forward(net, Fixtures.patches(), 0, 2).embedding();
    }
}
