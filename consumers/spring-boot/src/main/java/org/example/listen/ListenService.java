package org.example.listen;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryException;
import io.crysdk.CryReason;
import io.crysdk.CryResult;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A service that is asked what a baby's recording holds. */
@SpringBootApplication
public class ListenService {
    public static void main(String[] args) {
        SpringApplication.run(ListenService.class, args);
    }

    /**
     * One for all requests; Spring closes it when the service stops, after the last request was answered. What it does goes
     * into the service's metrics.
     */
    @Bean
    CryClassifier classifier(MeterRegistry metrics) {
        return CryClassifier.builder()
                .timeout(Duration.ofMinutes(1)) // by then nobody waits any more
                .listener(work -> metrics.timer(
                                "cry.work",
                                "kind",
                                work.kind().name(),
                                "failure",
                                work.failure().map(Enum::name).orElse("none"))
                        .record(work.total()))
                .build();
    }

    /** Healthy where the model answers, not where it is merely loaded. */
    @Bean
    HealthIndicator cryHealthIndicator(CryClassifier classifier) {
        return () -> {
            try {
                classifier.classify(new float[16_000]);
                return Health.up()
                        .withDetail("model", classifier.model().id().toString())
                        .build();
            } catch (CryException e) {
                return Health.down(e).withDetail("code", e.code()).build();
            }
        };
    }

    /** What is answered. */
    record Answer(String outcome, Double cryProbability, String reason) {}

    @RestController
    static class Listening {
        private final CryClassifier classifier;

        Listening(CryClassifier classifier) {
            this.classifier = classifier;
        }

        /** Takes samples of 16 bits, little-endian, mono. */
        @PostMapping(path = "/classify", consumes = "application/octet-stream")
        Answer classify(@RequestBody byte[] pcm16, @RequestParam(defaultValue = "16000") int sampleRate) {
            CryResult result = classifier.classify(AudioClip.ofPcm16(pcm16, sampleRate, 1));
            return new Answer(
                    result.outcome().name(),
                    result.cryProbability().isPresent() ? result.cryProbability().getAsDouble() : null,
                    result.reason().map(CryReason::id).orElse(null));
        }

        @ExceptionHandler
        ProblemDetail failed(CryException e) {
            HttpStatus status = switch (e.code()) {
                case INVALID_AUDIO, AUDIO_UNREADABLE, UNSUPPORTED_FORMAT -> HttpStatus.UNPROCESSABLE_ENTITY;
                case CLOSED, TIMED_OUT, CANCELLED -> HttpStatus.SERVICE_UNAVAILABLE;
                default -> HttpStatus.INTERNAL_SERVER_ERROR;
            };
            ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, e.getMessage());
            problem.setProperty("code", e.code());
            return problem;
        }
    }
}
