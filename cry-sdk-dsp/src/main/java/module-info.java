/**
 * From samples to the log-mel patches that a VGGish network was trained on, bit for bit.
 */
module io.crysdk.dsp {
    requires transitive io.crysdk.api;
    requires JTransforms;
    requires static org.jspecify;

    exports io.crysdk.dsp;

    provides io.crysdk.spi.AudioDecoder with
            io.crysdk.dsp.WavDecoder;
}
