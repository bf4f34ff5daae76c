/** The models this project trained, as resources beside the one class that hands them out. */
@NullMarked
package io.crysdk.models;

import org.jspecify.annotations.NullMarked;
