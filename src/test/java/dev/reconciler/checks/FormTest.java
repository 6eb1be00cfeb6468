package dev.reconciler.checks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What a reader sees first.
class FormTest {
    private static final int SHORTEST_DOC = 40;
    private static final int LONGEST_FILE = 350;
    private static final Pattern EMPTY_WORDS =
            Pattern.compile("(Manager|Helper|Util|Utils|Impl|Misc|Common)(Test)?\\.java$");

    @Test
    void every_package_opens_with_its_purpose_and_is_null_marked() {
        var broken = new TreeSet<String>();
        for (var directory : packages()) {
            var info = directory.resolve("package-info.java");
            if (!Files.exists(info)) {
                broken.add(directory + " has no package-info.java");
                continue;
            }
            var lines = Code.lines(info);
            var doc = lines.stream().filter(l -> l.startsWith("///")).mapToInt(String::length).sum();
            if (doc < SHORTEST_DOC) {
                broken.add(info + " has no /// text about what the package is for");
            }
            if (!lines.contains("@NullMarked")) {
                broken.add(info + " is not @NullMarked: NullAway does not look at it");
            }
        }
        Code.none(broken,
                "The package list is the map of the product, and null is a value only where @Nullable says so.");
    }

    private static List<Path> packages() {
        return Code.sources(Code.MAIN).stream().map(Path::getParent).distinct().toList();
    }

    @Test
    void no_class_is_named_after_nothing() {
        var broken = new TreeSet<String>();
        for (var source : Code.sources(Code.MAIN, Code.TEST)) {
            if (EMPTY_WORDS.matcher(source.getFileName().toString()).find()) {
                broken.add(source.toString());
            }
        }
        Code.none(broken, "Manager, Helper, Util and their like name no thing: say what it is, or put the code where it"
                + " belongs.");
    }

    @Test
    void no_file_is_too_long_to_read_at_one_sitting() {
        var broken = new TreeSet<String>();
        for (var source : Code.sources(Code.MAIN)) {
            int lines = Code.lines(source).size();
            if (lines > LONGEST_FILE) {
                broken.add(source + " has " + lines + " lines");
            }
        }
        Code.none(broken, "A file of more than " + LONGEST_FILE + " lines has a seam: find it, and give each side the"
                + " name of what it does.");
    }

    @Test
    void no_sentence_postpones_work() {
        var broken = new TreeSet<String>();
        var postponed = Pattern.compile("//.*\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b");
        for (var source : Code.sources(Code.MAIN, Code.TEST)) {
            var lines = Code.lines(source);
            for (int i = 0; i < lines.size(); i++) {
                if (postponed.matcher(lines.get(i)).find()) {
                    broken.add(source + ":" + (i + 1) + ": " + lines.get(i).strip());
                }
            }
        }
        Code.none(broken, "Nobody reads a note in the code when its day comes: do it, or open an issue.");
    }
}
