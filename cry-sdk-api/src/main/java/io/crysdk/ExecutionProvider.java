package io.crysdk;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * Where the network runs. A provider that is asked for and absent is a
 * {@link CryErrorCode#PROVIDER_UNAVAILABLE} error, never a silent step back to the processor.
 *
 * <p>Providers are immutable values; any thread may use them.
 *
 * @since 0.1.0
 */
public sealed interface ExecutionProvider {
    /**
     * The processor, which is always there.
     *
     * @return the CPU provider
     */
    static ExecutionProvider cpu() {
        return new Cpu();
    }

    /**
     * An NVIDIA GPU with its defaults: all of its memory, heuristic convolution search.
     *
     * @param device the CUDA device number, from 0
     * @return the CUDA provider
     */
    static Cuda cuda(int device) {
        return new Cuda(device, OptionalLong.empty(), Cuda.ConvolutionSearch.HEURISTIC);
    }

    /** The processor. */
    record Cpu() implements ExecutionProvider {
        /**
         * Names the provider in messages.
         *
         * @return {@code CPU}
         */
        @Override
        public String toString() {
            return "CPU";
        }
    }

    /**
     * An NVIDIA GPU.
     *
     * @param device the CUDA device number, from 0
     * @param memoryLimitBytes the most device memory the runtime's arena takes, positive; empty for no limit
     * @param search how cuDNN chooses its convolution algorithms
     */
    record Cuda(int device, OptionalLong memoryLimitBytes, ConvolutionSearch search) implements ExecutionProvider {
        /** How cuDNN chooses an algorithm for each convolution shape. */
        public enum ConvolutionSearch {
            /** By rule, without trials: the right choice where batch sizes vary. */
            HEURISTIC,
            /** By timing every algorithm the first time a shape is seen: slow to start, sometimes faster after. */
            EXHAUSTIVE,
            /** The default algorithm, without any search. */
            DEFAULT
        }

        /**
         * Creates the provider.
         *
         * @throws IllegalArgumentException if the device is negative or the limit not positive
         */
        public Cuda {
            if (device < 0) {
                throw new IllegalArgumentException("a CUDA device is 0 or more, found " + device);
            }
            if (memoryLimitBytes.isPresent() && memoryLimitBytes.getAsLong() <= 0) {
                throw new IllegalArgumentException(
                        "a memory limit is positive, found " + memoryLimitBytes.getAsLong() + " bytes");
            }
            Objects.requireNonNull(search, "search");
        }

        /**
         * Returns the same device with a limit on its memory.
         *
         * @param bytes the most the runtime's arena takes, positive
         * @return a new provider
         */
        public Cuda withMemoryLimit(long bytes) {
            return new Cuda(device, OptionalLong.of(bytes), search);
        }

        /**
         * Returns the same device with another convolution search.
         *
         * @param other how cuDNN chooses
         * @return a new provider
         */
        public Cuda withSearch(ConvolutionSearch other) {
            return new Cuda(device, memoryLimitBytes, other);
        }
    }
}
