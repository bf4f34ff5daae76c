/** Decodes whatever a phone records, through FFmpeg: put it on the module path and every file can be classified. */
module io.crysdk.media {
    requires transitive io.crysdk.api;
    requires org.bytedeco.ffmpeg;
    requires org.bytedeco.javacpp;
    requires static org.jspecify;

    exports io.crysdk.media;

    provides io.crysdk.spi.AudioDecoder with
            io.crysdk.media.FfmpegDecoder;
}
