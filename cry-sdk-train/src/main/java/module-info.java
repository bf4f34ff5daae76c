/** The trainer: labelled recordings in, a judged and exported model out. */
module io.crysdk.train {
    requires transitive io.crysdk.api;
    requires transitive io.crysdk.dsp;
    requires transitive io.crysdk.onnx;
    requires ai.djl.api;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.toml;
    requires com.google.protobuf;
    requires com.microsoft.onnxruntime;
    requires jdk.management;
    requires transitive info.picocli;
    requires java.desktop;
    requires me.tongfei.progressbar;
    requires org.apache.commons.compress;
    requires org.apache.commons.csv;
    requires org.slf4j;
    requires org.tribuo.util.onnx;
    requires xchart;
    requires static org.jspecify;

    exports io.crysdk.train;
    exports io.crysdk.train.console;
    exports io.crysdk.train.weights;

    // The command line is read by reflection.
    opens io.crysdk.train to
            info.picocli;
    opens io.crysdk.train.live to
            info.picocli;
    opens io.crysdk.train.weights to
            info.picocli;
}
