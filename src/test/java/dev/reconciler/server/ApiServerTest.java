package dev.reconciler.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ApiServerTest {
    @TempDir
    private Path folder;

    private final AtomicInteger streaming = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private Path socket;
    private ApiServer server;

    @BeforeEach
    void open() throws IOException {
        socket = folder.resolve(ApiServer.SOCKET);
        server = ApiServer.open(socket, this::answer);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private int answer(Request request, Reply reply) {
        switch (request.arguments().getFirst()) {
            case "echo" -> {
                reply.out().print(String.join("|", request.arguments().subList(1, request.arguments().size())));
                reply.err()
                        .print(request.directory() + " " + request.tmux() + " " + new String(request.input(), UTF_8));
                return 7;
            }
            case "big" -> {
                reply.out().print("x".repeat(1_000_000));
                return 0;
            }
            case "watch" -> {
                reply.out().print(request.terminal() + " from " + request.resume());
                reply.resumable("here");
                reply.picture();
                return 0;
            }
            case "become" -> {
                reply.exec("exec true");
                return 0;
            }
            case "stream" -> {
                streaming.incrementAndGet();
                await().until(() -> {
                    reply.out().println("line");
                    return reply.gone();
                });
                ended.countDown();
                return 0;
            }
            default -> {
                streaming.incrementAndGet();
                // Writes nothing: only the hang-up itself can tell.
                await().until(reply::gone);
                ended.countDown();
                return 0;
            }
        }
    }

    @Test
    void words_go_in_exactly_and_both_streams_and_the_code_come_out() throws IOException {
        var words = List.of("echo", "", "a b", "grüße 🙂", "line\nbreak", "-o", "x".repeat(100_000));
        var request = new Request(words, "/tmp/ä", "", "/tmp/tmux,1,2", "input".getBytes(UTF_8));
        var answer = ask(request);
        assertEquals(7, answer.code);
        assertEquals(String.join("|", words.subList(1, words.size())), answer.out.toString(UTF_8));
        assertEquals("/tmp/ä /tmp/tmux,1,2 input", answer.err.toString(UTF_8));
        assertTrue(answer.hello);
    }

    @Test
    void an_answer_may_be_larger_than_a_frame() throws IOException {
        assertEquals(1_000_000, ask(request("big")).out.size());
    }

    @Test
    void what_an_answer_is_printed_on_and_where_it_goes_on_go_both_ways() throws IOException {
        var request = new Request(
                List.of("watch"), "/", "", "", new byte[0], new Request.Terminal(80, true, true), "there");
        var answer = ask(request);
        assertEquals("Terminal[columns=80, colour=true, live=true] from there", answer.out.toString(UTF_8));
        assertEquals("here", answer.resume);
        assertEquals(1, answer.pictures);
        assertEquals("Terminal[columns=0, colour=false, live=false] from ", ask(request("watch")).out.toString(UTF_8));
    }

    /// A client from before is understood, and one from after that says more.
    @Test
    void what_is_said_beyond_a_request_is_for_other_daemons() throws IOException {
        var bytes = new ByteArrayOutputStream();
        request("echo", "x").resuming("there").write(bytes);
        var longer = java.nio.ByteBuffer.wrap(java.util.Arrays.copyOf(bytes.toByteArray(), bytes.size() + 3));
        longer.putInt(4, longer.getInt(4) + 3);
        assertNotEquals(-1, answerTo(longer.array()));
    }

    @Test
    void a_script_to_become_arrives_whole() throws IOException {
        assertArrayEquals("exec true".getBytes(UTF_8), ask(request("become")).script);
    }

    @Test
    void only_its_user_may_connect() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
    }

    @Test
    void garbage_is_hung_up_on_and_harms_nobody() throws IOException {
        var random = new Random(11);
        for (int i = 0; i < 100; i++) {
            var garbage = new byte[random.nextInt(64)];
            random.nextBytes(garbage);
            assertEquals(-1, answerTo(garbage), "an answer to garbage");
        }
        assertEquals(7, ask(request("echo", "still there")).code);
    }

    @Test
    void a_request_with_a_wrong_part_is_hung_up_on() throws IOException {
        var good = new ByteArrayOutputStream();
        request("echo", "x").write(good);
        for (int i = 0; i < good.size(); i++) {
            var bent = good.toByteArray();
            bent[i] ^= (byte) 0x80;
            answerTo(bent);
        }
        assertEquals(7, ask(request("echo", "still there")).code);
    }

    @Test
    void a_request_that_is_too_large_is_refused_on_both_sides() throws IOException {
        var large = new Request(List.of("echo"), "/", "", "", new byte[Request.LIMIT]);
        assertThrows(IOException.class, () -> large.write(new ByteArrayOutputStream()));
        var head = new ByteArrayOutputStream();
        var data = new DataOutputStream(head);
        data.writeInt(0x52434c31);
        data.writeInt(Request.LIMIT + 1);
        assertEquals(-1, answerTo(head.toByteArray()));
    }

    @Test
    void half_a_request_is_hung_up_on_when_its_time_is_over() throws IOException {
        try (var channel = connect()) {
            channel.write(ByteBuffer.wrap(new byte[] {0x52, 0x43}));
            assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void a_client_that_goes_away_ends_its_stream() throws Exception {
        try (var channel = connect()) {
            request("stream").write(Channels.newOutputStream(channel));
            await().until(() -> streaming.get() == 1);
        }
        assertTrue(ended.await(10, TimeUnit.SECONDS));
    }

    @Test
    void a_client_that_goes_away_is_noticed_even_when_nothing_is_written() throws Exception {
        try (var channel = connect()) {
            request("silent").write(Channels.newOutputStream(channel));
            await().until(() -> streaming.get() == 1);
        }
        assertTrue(ended.await(10, TimeUnit.SECONDS));
    }

    @Test
    void a_socket_that_somebody_removed_is_made_again() throws IOException {
        Files.delete(socket);
        await().until(() -> Files.exists(socket));
        await().ignoreExceptions().until(() -> ask(request("echo")).code == 7);
    }

    @Test
    void a_socket_left_behind_by_a_killed_daemon_is_replaced() throws IOException {
        var leftover = folder.resolve("left.sock");
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(leftover));
        }
        assertTrue(Files.exists(leftover));
        var again = ApiServer.open(leftover, this::answer);
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(leftover))) {
            assertTrue(channel.isConnected());
        } finally {
            again.close();
        }
        assertFalse(Files.exists(leftover));
    }

    @Test
    void a_path_that_no_socket_can_have_is_refused_in_a_sentence() {
        var longest = folder.resolve("x".repeat(120));
        var refused = assertThrows(IOException.class, () -> ApiServer.open(longest, this::answer));
        assertTrue(refused.getMessage().contains("107 bytes"), refused.getMessage());
    }

    private static Request request(String... words) {
        return new Request(List.of(words), "/", "", "", new byte[0]);
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    private Answer ask(Request request) throws IOException {
        try (var channel = connect()) {
            request.write(Channels.newOutputStream(channel));
            var answer = new Answer();
            answer.code = Frames.receive(new DataInputStream(Channels.newInputStream(channel)), answer);
            return answer;
        }
    }

    /// The first byte of what comes back, -1 when it was hung up.
    private int answerTo(byte[] bytes) throws IOException {
        try (var channel = connect()) {
            channel.write(ByteBuffer.wrap(bytes));
            channel.shutdownOutput();
            var first = ByteBuffer.allocate(1);
            return channel.read(first) < 0 ? -1 : first.get(0);
        } catch (IOException e) {
            return -1;
        }
    }

    private static final class Answer implements Frames.Receiver {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private byte[] script = new byte[0];
        private String resume = "";
        private int pictures;
        private boolean hello;
        private int code;

        @Override
        public void hello() {
            hello = true;
        }

        @Override
        public void out(byte[] bytes) {
            out.writeBytes(bytes);
        }

        @Override
        public void err(byte[] bytes) {
            err.writeBytes(bytes);
        }

        @Override
        public void exec(byte[] bytes) {
            script = bytes;
        }

        @Override
        public void resume(byte[] from) {
            resume = new String(from, UTF_8);
        }

        @Override
        public void picture() {
            pictures++;
        }
    }
}
