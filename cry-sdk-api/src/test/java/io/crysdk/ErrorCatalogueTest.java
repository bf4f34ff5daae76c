package io.crysdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ErrorCatalogueTest {
    private static final Pattern ENTRY = Pattern.compile(
            "^## ([A-Z_]+)\\n(?=(?:(?!^## )[^\\n]*\\n)*?\\*\\*Cause\\.\\*\\* )(?=(?:(?!^## )[^\\n]*\\n)*?\\*\\*Remedy\\.\\*\\* )",
            Pattern.MULTILINE);

    @Test
    void everyCodeHasItsCauseAndRemedyInTheCatalogueAndNoneIsInvented() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "errors.md"));
        assertThat(ENTRY.matcher(page).results().map(entry -> entry.group(1)))
                .containsExactlyElementsOf(
                        Arrays.stream(CryErrorCode.values()).map(Enum::name).toList());
    }
}
