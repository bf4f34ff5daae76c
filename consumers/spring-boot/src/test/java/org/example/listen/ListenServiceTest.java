package org.example.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.boot.web.embedded.tomcat.TomcatWebServer;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

class ListenServiceTest {
    private static final Path SAMPLE =
            Path.of("../../cry-sdk-examples/src/main/resources/io/crysdk/examples/sample-cry.wav");
    private static final int WAV_HEADER = 44;

    private final TestRestTemplate client = new TestRestTemplate();

    @Test
    void answersTellsItsHealthAndStopsWithGrace() throws Exception {
        ConfigurableApplicationContext service = SpringApplication.run(
                ListenService.class, "--server.port=0", "--spring.lifecycle.timeout-per-shutdown-phase=5m");
        TomcatWebServer server =
                (TomcatWebServer) ((ServletWebServerApplicationContext) service).getWebServer();
        ThreadPoolExecutor requests = (ThreadPoolExecutor)
                server.getTomcat().getConnector().getProtocolHandler().getExecutor();
        String url = "http://localhost:" + server.getPort();
        CryClassifier classifier = service.getBean(CryClassifier.class);
        byte[] wav = Files.readAllBytes(SAMPLE);
        byte[] cry = Arrays.copyOfRange(wav, WAV_HEADER, wav.length);

        assertThat(post(url, cry).getBody()).contains("\"outcome\":\"UNCERTAIN\"");
        assertThat(post(url, new byte[64_000]).getBody()).contains("\"outcome\":\"NOT_CRY\"");
        ResponseEntity<String> tooShort = post(url, new byte[100]);
        assertThat(tooShort.getStatusCode()).isEqualTo(HttpStatus.UNPROCESSABLE_ENTITY);
        assertThat(tooShort.getBody()).contains("\"code\":\"INVALID_AUDIO\"");
        assertThat(client.getForObject(url + "/actuator/health", String.class))
                .contains("\"status\":\"UP\"")
                .contains("\"model\":\"default ");
        MeterRegistry metrics = service.getBean(MeterRegistry.class);
        assertThat(metrics.get("cry.work").tags("kind", "CLASSIFY", "failure", "none").timer().count())
                .isEqualTo(3); // two requests, and the health check's
        assertThat(metrics.get("cry.work").tags("failure", "INVALID_AUDIO").timer().count()).isEqualTo(1);

        // Five minutes of audio keep it busy while it is told to stop, and however slow the machine is, it has the time.
        CompletableFuture<ResponseEntity<String>> inFlight =
                CompletableFuture.supplyAsync(() -> post(url, new byte[5 * 60 * 32_000]));
        while (requests.getActiveCount() == 0 && !inFlight.isDone()) {
            Thread.sleep(1);
        }
        service.close();
        assertThat(inFlight.get().getStatusCode()).isEqualTo(HttpStatus.OK);
        assertThatThrownBy(() -> classifier.classify(new float[16_000]))
                .isInstanceOfSatisfying(CryException.class, e -> assertThat(e.code()).isEqualTo(CryErrorCode.CLOSED));
    }

    private ResponseEntity<String> post(String url, byte[] pcm) {
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_OCTET_STREAM);
        return client.postForEntity(url + "/classify", new HttpEntity<>(pcm, headers), String.class);
    }
}
