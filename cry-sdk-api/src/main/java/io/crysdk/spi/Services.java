package io.crysdk.spi;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Finds what implements an interface of this package, on the class or module path that the SDK itself came from. */
final class Services {
    private Services() {}

    static <S> List<S> installed(Class<S> service) {
        try {
            return ServiceLoader.load(service, service.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();
        } catch (ServiceConfigurationError e) {
            throw new CryException(
                    CryErrorCode.PROVIDER_UNAVAILABLE,
                    "a module of the SDK is damaged, or of another version than the others: " + e.getMessage(),
                    e);
        }
    }
}
