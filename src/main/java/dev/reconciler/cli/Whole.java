package dev.reconciler.cli;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/// The whole program, seen from the client's small jar: what asks the daemon is started from a jar of its own, without a
/// class path behind it, which the JVM would search through at each start. Without a daemon the rest is fetched.
final class Whole {
    /// Where the launcher says the whole program is; not set when this is it.
    private static final String JAR = "reconciler.jar";

    private Whole() {}

    static boolean isElsewhere() {
        return System.getProperty(JAR) != null;
    }

    /// @return the exit code
    static int run(List<String> arguments) {
        var jar = Path.of(String.valueOf(System.clearProperty(JAR)));
        try (var classes = new URLClassLoader(
                new java.net.URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(classes);
            var main = classes.loadClass(Main.class.getName()).getMethod("run", String[].class);
            return (int) main.invoke(null, (Object) arguments.toArray(new String[0]));
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException | IOException e) {
            Main.say("error: " + jar + " cannot be read: install reconciler again (" + e.getMessage() + ")");
            return Failure.FAILED;
        }
    }
}
