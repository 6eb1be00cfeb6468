package dev.reconciler.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.fuzz.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whatever comes through the API socket, to either end.
@Tag("fuzz")
class RequestFuzzTest {
    private static byte[] request(List<String> arguments, String input) throws IOException {
        var bytes = new ByteArrayOutputStream();
        new Request(arguments, "/home/ada", "", "", input.getBytes(StandardCharsets.UTF_8)).write(bytes);
        return bytes.toByteArray();
    }

    @Test
    void requests() throws IOException {
        new Fuzz("requests")
                .seed(request(List.of("get", "agents", "-o", "json"), ""))
                .seed(request(List.of("apply", "-f", "-"), "kind: Agent\n"))
                .seed(request(List.of(), ""))
                .tokens("RCL1", "\0\0\0\0", "\0\0\0\1", "\u007f")
                .run(input -> {
                    try {
                        var request = Request.read(new ByteArrayInputStream(input));
                        var again = new ByteArrayOutputStream();
                        request.write(again);
                        var back = Request.read(new ByteArrayInputStream(again.toByteArray()));
                        assertEquals(request.arguments(), back.arguments());
                        assertArrayEquals(request.input(), back.input());
                    } catch (IOException e) {
                        // Refused.
                    }
                });
    }

    @Test
    void answers() throws IOException {
        new Fuzz("answers")
                .seeds("\0\0\0\0\0\1\0\0\0\2ok\3\0\0\0\1\0", "\2\0\0\0\5error\4\0\0\0\1x\3\0\0\0\1\1")
                .tokens("\0\0\0", "\1\0\0\0\1", "\3\0\0\0\1\0")
                .run(input -> {
                    try {
                        Frames.receive(new DataInputStream(new ByteArrayInputStream(input)), new Frames.Receiver() {
                            @Override
                            public void hello() {}

                            @Override
                            public void picture() {}

                            @Override
                            public void resume(byte[] position) {}

                            @Override
                            public void out(byte[] bytes) {}

                            @Override
                            public void err(byte[] bytes) {}

                            @Override
                            public void exec(byte[] script) {}
                        });
                    } catch (IOException e) {
                        // No answer.
                    }
                });
    }
}
