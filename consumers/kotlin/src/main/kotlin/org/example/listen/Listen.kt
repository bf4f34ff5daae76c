package org.example.listen

import io.crysdk.CryClassifier
import io.crysdk.CryReason
import io.crysdk.CryResult
import java.nio.file.Path

/** What is heard in a file. */
fun listen(file: Path): CryResult = CryClassifier.create().use { it.classify(file) }

/** The reason in a word, or the outcome where none stands out. */
fun CryResult.inAWord(): String {
    val reason: CryReason? = reason().orElse(null)
    return reason?.id() ?: outcome().name.lowercase()
}

fun main(args: Array<String>) {
    println(listen(Path.of(args[0])).inAWord())
}
