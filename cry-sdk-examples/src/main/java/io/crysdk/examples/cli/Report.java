package io.crysdk.examples.cli;

import io.crysdk.CryException;
import io.crysdk.CryResult;

/** How answers are shown. */
interface Report {
    void answer(String file, CryResult result);

    void failure(String file, CryException e);
}
