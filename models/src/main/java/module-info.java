/** The models this project trained. It exports nothing: models are found by name through the service loader. */
module io.crysdk.models {
    requires io.crysdk.api;
    requires static org.jspecify;

    provides io.crysdk.spi.ModelProvider with
            io.crysdk.models.TrainedModels;
}
