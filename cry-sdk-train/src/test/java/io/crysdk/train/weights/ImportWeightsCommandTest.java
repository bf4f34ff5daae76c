package io.crysdk.train.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl;
import io.crysdk.CryException;
import io.crysdk.train.TrainCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ImportWeightsCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void saysWhatItCheckedAndConverts() throws IOException {
        Path to = folder.resolve("new/body.onnx");
        assertThat(run(Fixtures.file("v1-training.ckpt"), "--to", to)).isZero();
        String sha256 = WeightsImport.sha256(Fixtures.file("v1-training.ckpt"));
        assertThat(out.toString())
                .contains("format: TensorFlow checkpoint, version 1")
                .contains("file: 14323 bytes, sha256 " + sha256)
                .containsPattern("conv1\\.weight +vggish/conv1/weights +\\[3, 3, 1, 2\\] +-0\\.710 +0\\.555 ")
                .containsPattern("embedding\\.bias +vggish/fc2/biases +\\[8\\] ")
                .contains("left alone: global_step, vggish/conv1/weights/Adam")
                .contains(
                        "widths: convolutions of [2, 3, 5, 4, 7, 6], dense layers of [12, 10] and an embedding of 8: not")
                .contains("smoke test: does not apply to these widths")
                .contains("wrote " + to + ": " + Files.size(to) + " bytes, sha256 " + WeightsImport.sha256(to));
        assertThat(err.toString()).isEmpty();
        assertThat(OnnxMl.ModelProto.parseFrom(Files.readAllBytes(to)).getMetadataPropsList())
                .extracting(OnnxMl.StringStringEntryProto::getKey, OnnxMl.StringStringEntryProto::getValue)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("crysdk.weights.from", "TensorFlow checkpoint, version 1"),
                        org.assertj.core.groups.Tuple.tuple("crysdk.weights.sha256", sha256));
        assertThat(VggishWeights.read(to).values().get("fc2.weight"))
                .isEqualTo(Fixtures.drawn(8).values().get("fc2.weight"));
    }

    @Test
    void comparesWithTheGraphThatItRead() {
        assertThat(run(Fixtures.file("port.onnx"))).isZero();
        assertThat(out.toString())
                .contains("format: ONNX")
                .contains("compared with the file's own graph in ONNX Runtime: differs by at most")
                .contains("checked; --to writes them");
    }

    @Test
    void sayingNoLeavesNothing() throws IOException {
        Path to = folder.resolve("body.onnx");
        assertThat(run(Fixtures.file("module.pth"), "--to", to)).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("module.pth: it wants __main__.Network")
                .doesNotContain("\tat ");
        assertThat(run(folder.resolve("none"))).isEqualTo(1);
        assertThat(err.toString()).contains("none: expected a file of weights, and there is none");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
        assertThat(new CommandLine(new ImportWeightsCommand())
                        .setErr(new PrintWriter(err))
                        .execute())
                .isEqualTo(2);
    }

    /** Weights of full size would take too long here, so small ones stand in for them. */
    @Test
    void weightsOfFullSizeMustBeThePublishedOnesOrBeCalledOthers() throws IOException {
        Path body = folder.resolve("body.onnx");
        ImportWeightsCommand command = new ImportWeightsCommand();
        PrintWriter printer = new PrintWriter(out, true);

        SmokeTestTest.standIn(0.00066, 0.34).write(body, Map.of());
        command.smoke(body, true, printer);
        assertThat(out.toString())
                .contains("mean 0.000660 (published 0.000657)")
                .contains(": passed");

        SmokeTestTest.standIn(0.1, 0.34).write(body, Map.of());
        assertThatThrownBy(() -> command.smoke(body, true, printer))
                .isInstanceOf(CryException.class)
                .hasMessageContaining("not the published weights")
                .hasMessageContaining("--others");
        assertThat(out.toString()).contains(": failed");
        command.others = true;
        command.smoke(body, true, printer);
    }

    @Test
    void isAPartOfTheTrainersCommand() {
        CommandLine command = new CommandLine(CommandLine.Model.CommandSpec.create());
        TrainCommand.addTo(command);
        command.setOut(new PrintWriter(out));
        assertThat(command.execute("import-weights", Fixtures.file("port.pth").toString()))
                .isZero();
        assertThat(out.toString()).contains("format: PyTorch state dict");
    }

    private int run(Object... arguments) {
        String[] args = new String[arguments.length];
        for (int i = 0; i < args.length; i++) {
            args[i] = arguments[i].toString();
        }
        return new CommandLine(new ImportWeightsCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println(e.getMessage());
                    return 1;
                })
                .execute(args);
    }
}
