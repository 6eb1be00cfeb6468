package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.reconciler.host.CommitSource.Verify;
import dev.reconciler.host.Folder.Look;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A remote behind https, with a password, with the real git.
class HttpsRemoteTest {
    private static final String PASSWORD = "s3cret";

    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private HttpsServer server;
    private Git git;

    @TempDir
    private Path temp;

    @BeforeEach
    void serve() throws Exception {
        git = Git.init(temp.toRealPath().resolve("fleet"));
        git.write("agents/a.yaml", "a: 1\n").commit("One");
        // What git needs to fetch from plain files.
        git.run("update-server-info");
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certified()));
        server.setExecutor(workers);
        server.createContext("/", this::file).setAuthenticator(new BasicAuthenticator("fleet") {
            @Override
            public boolean checkCredentials(String user, String password) {
                return user.equals("ada") && password.equals(PASSWORD);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        workers.close();
    }

    private SSLContext certified() throws Exception {
        var store = temp.resolve("store");
        var made = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/keytool").toString(), "-genkeypair", "-keyalg", "EC",
                "-alias", "here", "-dname", "CN=localhost", "-keystore", store.toString(), "-storepass", PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("keytool.log").toFile())
                .start();
        assertEquals(0, made.waitFor(), () -> "keytool");
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private void file(HttpExchange exchange) throws IOException {
        try (exchange) {
            var file = git.directory().resolve(".git" + exchange.getRequestURI().getPath());
            if (Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(200, 0);
                Files.copy(file, exchange.getResponseBody());
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private CommitFolder follow(String remote) {
        var environment = new TreeMap<>(WatchedFolderTest.BASE);
        environment.put("HOME", temp.toString());
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        return new CommitFolder(
                new CommitSource("main", null, "agents", remote, Duration.ofSeconds(1), Verify.None, List.of()),
                temp.resolve("nothing"), temp.resolve("state/commits"), environment, () -> {});
    }

    private String address() {
        return "localhost:" + server.getAddress().getPort();
    }

    @Test
    void it_is_fetched_with_the_users_own_credentials() throws Exception {
        Files.writeString(temp.resolve("passwords"), "https://ada:" + PASSWORD + "@" + address() + "\n");
        Files.writeString(temp.resolve(".gitconfig"),
                "[http]\n\tsslVerify = false\n[credential]\n\thelper = store --file "
                        + temp.resolve("passwords") + "\n");
        try (var folder = follow("https://" + address() + "/")) {
            await().until(() -> folder.look() instanceof Look.Seen);
            assertEquals(List.of("a.yaml"),
                    List.copyOf(assertInstanceOf(Look.Seen.class, folder.look()).files().keySet()));
        }
    }

    @Test
    void a_password_in_its_address_is_used_and_shown_to_nobody() throws Exception {
        var remote = "https://ada:" + PASSWORD + "@" + address() + "/";
        // The certificate is nobody's.
        try (var folder = follow(remote)) {
            var error = folder.sync();
            assertTrue(error.startsWith("git fetch of https://" + address() + "/ failed: "), error);
            assertFalse(error.contains(PASSWORD), error);
            assertFalse(folder.look().toString().contains(PASSWORD), () -> folder.look().toString());
        }
        Files.writeString(temp.resolve(".gitconfig"), "[http]\n\tsslVerify = false\n");
        try (var folder = follow(remote)) {
            await().until(() -> folder.look() instanceof Look.Seen);
        }
    }
}
