package io.crysdk.media;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What of a file is missing, and where, told to people in a line or two however much it is. */
final class Losses {
    private static final int NAMED_AT_MOST = 5;

    /** Losses that follow each other as closely as this are one. */
    private static final double SAME_PLACE_SECONDS = 0.1;

    private record Loss(double at, double seconds) {
        @Override
        public String toString() {
            String amount = seconds < 0.005 ? "something" : text(seconds) + " s";
            return amount + " at " + text(at) + " s";
        }
    }

    private final String what;
    private final List<Loss> named = new ArrayList<>();
    private double last = Double.NEGATIVE_INFINITY;
    private int places;
    private double total;

    /** {@code what} has been lost, or is not there. */
    Losses(String what) {
        this.what = what;
    }

    /** Adds a stretch of the file's time; none at all if it is not known how long it was. */
    void add(double at, double seconds) {
        boolean same = at - last < SAME_PLACE_SECONDS;
        last = at + seconds;
        total += seconds;
        if (!same) {
            places++;
        }
        if (same && places == named.size()) {
            Loss before = named.remove(places - 1);
            named.add(new Loss(before.at, before.seconds + seconds));
        } else if (!same && named.size() < NAMED_AT_MOST) {
            named.add(new Loss(at, seconds));
        }
    }

    boolean isEmpty() {
        return places == 0;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(what);
        for (int i = 0; i < named.size(); i++) {
            text.append(i == 0 ? ": " : ", ").append(named.get(i));
        }
        if (places > named.size()) {
            text.append(" and in ")
                    .append(places - named.size())
                    .append(" more places, ")
                    .append(text(total));
            text.append(" s in all");
        }
        return text.toString();
    }

    static String text(double seconds) {
        return String.format(Locale.ROOT, "%.2f", seconds);
    }
}
