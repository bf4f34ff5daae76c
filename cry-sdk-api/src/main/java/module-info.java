/**
 * The public face of the Cry SDK: the classifier, its values and its errors.
 *
 * <p>{@link io.crysdk} is for whoever asks a question of a recording; {@link io.crysdk.spi} is for whoever answers it.
 */
module io.crysdk.api {
    requires static org.jspecify;

    exports io.crysdk;
    exports io.crysdk.spi;

    uses io.crysdk.spi.AudioDecoder;
    uses io.crysdk.spi.CryClassifierProvider;
    uses io.crysdk.spi.ModelProvider;
}
