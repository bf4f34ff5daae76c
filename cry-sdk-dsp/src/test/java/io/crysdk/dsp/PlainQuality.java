package io.crysdk.dsp;

/** The bandwidth as its definition reads: a whole clip at once, with a transform that is nothing but its formula. */
final class PlainQuality {
    private static final int BLOCK = 1024;
    private static final double[] COS = new double[BLOCK];
    private static final double[] SIN = new double[BLOCK];

    static {
        for (int i = 0; i < BLOCK; i++) {
            COS[i] = Math.cos(2.0 * Math.PI * i / BLOCK);
            SIN[i] = Math.sin(2.0 * Math.PI * i / BLOCK);
        }
    }

    private PlainQuality() {}

    static double bandwidth(double[] clip) {
        int blocks = Math.min(64, (clip.length + BLOCK - 1) / BLOCK);
        double[] clean = new double[32];
        double[] clipped = new double[32];
        int cleanBlocks = 0;
        for (int b = 0; b < blocks; b++) {
            int start = blocks == 1 ? 0 : (int) ((long) (clip.length - BLOCK) * b / (blocks - 1));
            double[] block = new double[BLOCK];
            boolean clips = false;
            for (int i = 0; i < Math.min(BLOCK, clip.length); i++) {
                clips |= Math.abs(clip[start + i]) >= 0.999;
                block[i] = clip[start + i] * (0.5 - 0.5 * COS[i]);
            }
            cleanBlocks += clips ? 0 : 1;
            for (int bin = 0; bin < 512; bin++) {
                double re = 0.0;
                double im = 0.0;
                for (int i = 0; i < BLOCK; i++) {
                    re += block[i] * COS[bin * i % BLOCK];
                    im -= block[i] * SIN[bin * i % BLOCK];
                }
                (clips ? clipped : clean)[bin / 16] += re * re + im * im;
            }
        }
        double[] power = cleanBlocks > 0 ? clean : clipped;
        double strongest = 0.0;
        for (int band = 0; band < 32; band++) {
            power[band] *= 2.0 / (BLOCK * 384.0) / (cleanBlocks > 0 ? cleanBlocks : blocks);
            strongest = Math.max(strongest, power[band]);
        }
        for (int band = 31; band >= 0; band--) {
            if (power[band] > strongest * 1e-5 && power[band] > 1e-10) {
                return 250.0 * (band + 1);
            }
        }
        return 0.0;
    }
}
