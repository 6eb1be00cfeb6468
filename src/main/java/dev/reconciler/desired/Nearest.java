package dev.reconciler.desired;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a person probably meant.
public final class Nearest {
    private Nearest() {}

    /// The candidate nearest to `word`, null when none is near: at most a third of the letters are wrong, or one is a
    /// beginning of the other (`environment` for `env`). Upper and lower case do not matter.
    public static @Nullable String of(String word, Collection<String> candidates) {
        if (word.length() > 64) {
            return null;
        }
        var lower = word.toLowerCase(Locale.ROOT);
        String best = null;
        int bestDistance = Math.max(1, word.length() / 3) + 1;
        for (var candidate : candidates) {
            int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best != null ? best : beginning(lower, candidates);
    }

    private static @Nullable String beginning(String lower, Collection<String> candidates) {
        if (lower.length() < 3) {
            return null;
        }
        for (var candidate : candidates) {
            var other = candidate.toLowerCase(Locale.ROOT);
            if (other.startsWith(lower) || other.length() >= 3 && lower.startsWith(other)) {
                return candidate;
            }
        }
        return null;
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static int distance(String a, String b) {
        var rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    rows[i][j] = i + j;
                    continue;
                }
                int replaced = rows[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                int least = Math.min(replaced, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    least = Math.min(least, rows[i - 2][j - 2] + 1);
                }
                rows[i][j] = least;
            }
        }
        return rows[a.length()][b.length()];
    }
}
