/** The engine: loads a model into ONNX Runtime, checks what it promises, and answers. */
module io.crysdk.onnx {
    requires transitive io.crysdk.api;
    requires transitive io.crysdk.dsp;
    requires com.microsoft.onnxruntime;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.crysdk.onnx;

    provides io.crysdk.spi.CryClassifierProvider with
            io.crysdk.onnx.OnnxClassifierProvider;
}
