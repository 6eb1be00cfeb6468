package dev.reconciler.cli;

import dev.reconciler.cli.JsonPath.Descent;
import dev.reconciler.cli.JsonPath.Field;
import dev.reconciler.cli.JsonPath.Filter;
import dev.reconciler.cli.JsonPath.Literal;
import dev.reconciler.cli.JsonPath.Operand;
import dev.reconciler.cli.JsonPath.Part;
import dev.reconciler.cli.JsonPath.Path;
import dev.reconciler.cli.JsonPath.Range;
import dev.reconciler.cli.JsonPath.Relative;
import dev.reconciler.cli.JsonPath.Slice;
import dev.reconciler.cli.JsonPath.Step;
import dev.reconciler.cli.JsonPath.Text;
import dev.reconciler.cli.JsonPath.Union;
import dev.reconciler.cli.JsonPath.Wildcard;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Text to [JsonPath], by kubectl's grammar.
final class JsonPathParser {
    private static final Pattern SLICE = Pattern.compile("(-?\\d*)(?::(-?\\d*))?(?::(-?\\d*))?");
    private static final Pattern COMPARISON = Pattern.compile("([^!<>=]+)([!<>=]+)(.+)");
    private static final String TERMINATORS = " \t\r\n.,[]$@{}()";

    private final String text;
    private int at;

    JsonPathParser(String text) {
        this.text = text;
    }

    /// Without braces the whole text is one path.
    JsonPath parse() {
        if (text.indexOf('{') < 0) {
            return new JsonPath(List.of(path(text.strip())));
        }
        var parts = parts(false);
        return new JsonPath(parts);
    }

    private List<Part> parts(boolean inRange) {
        var parts = new ArrayList<Part>();
        while (at < text.length()) {
            int brace = text.indexOf('{', at);
            if (brace != at) {
                int end = brace < 0 ? text.length() : brace;
                parts.add(new Text(text.substring(at, end)));
                at = end;
                continue;
            }
            var action = action();
            if (action.equals("end")) {
                if (!inRange) {
                    throw bad("{end} without {range}");
                }
                return List.copyOf(parts);
            }
            if (action.equals("range") || action.startsWith("range ")) {
                parts.add(new Range(path(action.substring("range".length()).strip()), parts(true)));
            } else if (action.startsWith("\"") || action.startsWith("'")) {
                parts.add(new Text(unquote(action)));
            } else {
                parts.add(path(action));
            }
        }
        if (inRange) {
            throw bad("{range} without {end}");
        }
        return List.copyOf(parts);
    }

    /// What stands between this brace and its partner; a brace inside quotes is no brace.
    private String action() {
        int start = ++at;
        char quote = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quote != 0) {
                if (c == '\\') {
                    at++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '}') {
                return text.substring(start, at++).strip();
            }
        }
        throw bad("unclosed action");
    }

    /// `$.a`, `@.a`, `.a` and `a` mean the same at the start; `$` and `@` alone are the current object.
    private Path path(String path) {
        var inner = new JsonPathParser(path);
        var steps = new ArrayList<Step>();
        if (path.startsWith("$") || path.startsWith("@")) {
            inner.at = 1;
        } else if (!path.isEmpty() && path.charAt(0) != '.' && path.charAt(0) != '[') {
            steps.add(new Field(inner.name()));
        }
        while (inner.at < path.length()) {
            inner.step(steps);
        }
        return new Path(List.copyOf(steps));
    }

    private void step(List<Step> steps) {
        if (text.startsWith("..", at)) {
            if (!steps.isEmpty() && steps.getLast() instanceof Descent) {
                throw bad("invalid multiple recursive descent");
            }
            at += 2;
            steps.add(new Descent());
            if (at < text.length() && text.charAt(at) != '[' && text.charAt(at) != '.') {
                steps.add(field());
            }
        } else if (text.charAt(at) == '.') {
            at++;
            // kubectl takes `.[0]` for `[0]`, and a lone dot for the object itself.
            if (at < text.length() && text.charAt(at) != '[') {
                steps.add(field());
            }
        } else if (text.charAt(at) == '[') {
            steps.add(bracket(inside()));
        } else if (text.charAt(at) == ' ') {
            at++;
        } else {
            throw bad("unrecognized character in action: '" + Character.toString(text.codePointAt(at)) + "'");
        }
    }

    private Step field() {
        if (text.charAt(at) == '*') {
            at++;
            return new Wildcard();
        }
        return new Field(name());
    }

    /// A backslash takes the next character as it is: `a\.b`.
    private String name() {
        var name = new StringBuilder();
        while (at < text.length() && TERMINATORS.indexOf(text.charAt(at)) < 0) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            name.append(text.charAt(at++));
        }
        if (name.isEmpty()) {
            throw bad("a name is missing at position " + at);
        }
        return name.toString();
    }

    /// What stands between this bracket and its partner.
    private String inside() {
        int start = ++at;
        int depth = 1;
        char quote = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quote != 0) {
                if (c == '\\') {
                    at++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '[') {
                depth++;
            } else if (c == ']' && --depth == 0) {
                return text.substring(start, at++).strip();
            }
        }
        throw bad("unterminated array");
    }

    private Step bracket(String inside) {
        if (inside.startsWith("?(") && inside.endsWith(")")) {
            return filter(inside.substring(2, inside.length() - 1).strip());
        }
        if (inside.equals("*")) {
            return new Slice(null, null, 1, false);
        }
        boolean quoted = inside.length() >= 2 && (inside.startsWith("'") || inside.startsWith("\""));
        var places = commas(inside);
        if (places.size() > 1) {
            return new Union(places.stream().map(this::bracket).toList());
        }
        if (quoted) {
            return new Field(unquote(inside));
        }
        var slice = SLICE.matcher(inside);
        if (inside.isEmpty() || !slice.matches()) {
            throw bad("invalid array index " + inside);
        }
        var step = number(slice.group(3));
        if (step != null && step <= 0) {
            throw bad("step must be > 0");
        }
        return new Slice(
                number(slice.group(1)), number(slice.group(2)), step == null ? 1 : step, inside.indexOf(':') < 0);
    }

    private @Nullable Integer number(@Nullable String digits) {
        if (digits == null || digits.isEmpty()) {
            return null;
        }
        try {
            return Integer.valueOf(digits);
        } catch (NumberFormatException e) {
            throw bad("array index " + digits + " is not a valid number");
        }
    }

    /// Split at commas outside quotes.
    private static List<String> commas(String inside) {
        var places = new ArrayList<String>();
        char quote = 0;
        int start = 0;
        for (int i = 0; i < inside.length(); i++) {
            char c = inside.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == ',') {
                places.add(inside.substring(start, i).strip());
                start = i + 1;
            }
        }
        places.add(inside.substring(start).strip());
        return places;
    }

    private Filter filter(String condition) {
        var comparison = COMPARISON.matcher(condition);
        if (!comparison.matches()) {
            return new Filter(operand(condition), null, null);
        }
        var operator = comparison.group(2);
        if (!List.of("==", "!=", "<", "<=", ">", ">=").contains(operator)) {
            throw bad("unrecognized filter operator " + operator);
        }
        return new Filter(
                operand(comparison.group(1).strip()),
                operator,
                operand(comparison.group(3).strip()));
    }

    private Operand operand(String operand) {
        var literal = JsonPath.literal(operand);
        return literal == null ? new Relative(path(operand)) : new Literal(literal);
    }

    /// @param quoted with its quotes, single or double
    static String unquote(String quoted) {
        char quote = quoted.charAt(0);
        if (quoted.length() < 2 || quoted.charAt(quoted.length() - 1) != quote) {
            throw new IllegalArgumentException("unterminated quoted string " + quoted);
        }
        var text = new StringBuilder();
        for (int i = 1; i < quoted.length() - 1; i++) {
            char c = quoted.charAt(i);
            if (c == '\\' && i + 1 < quoted.length() - 1) {
                c = switch (quoted.charAt(++i)) {
                    case 'n' -> '\n';
                    case 't' -> '\t';
                    case 'r' -> '\r';
                    default -> quoted.charAt(i);
                };
            }
            text.append(c);
        }
        return text.toString();
    }

    private IllegalArgumentException bad(String why) {
        return new IllegalArgumentException("error parsing jsonpath " + text + ", " + why);
    }
}
