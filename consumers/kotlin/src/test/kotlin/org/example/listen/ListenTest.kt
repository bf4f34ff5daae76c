package org.example.listen

import io.crysdk.CryErrorCode
import io.crysdk.CryException
import java.nio.file.Path
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith

class ListenTest {
    private val sample = Path.of("../../cry-sdk-examples/src/main/resources/io/crysdk/examples/sample-cry.wav")

    @Test
    fun `hears a cry`() = assertEquals("uncertain", listen(sample).inAWord())

    @Test
    fun `says what is wrong`() {
        val e = assertFailsWith<CryException> { listen(Path.of("not-there.wav")) }
        assertEquals(CryErrorCode.AUDIO_UNREADABLE, e.code())
    }
}
