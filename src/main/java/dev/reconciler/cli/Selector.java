package dev.reconciler.cli;

import dev.reconciler.api.Names;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A label selector (`-l`), with Kubernetes' grammar and messages: `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>5,m<7`.
///
/// @param requirements all must hold; ordered by key
record Selector(List<Requirement> requirements) {
    /// @param values sorted; empty for Exists and DoesNotExist, one for all but In and NotIn
    record Requirement(String key, Operator operator, SortedSet<String> values) {
        private boolean matches(Map<String, String> labels) {
            var label = labels.get(key);
            return switch (operator) {
                case Exists -> label != null;
                case DoesNotExist -> label == null;
                case Equals, DoubleEquals, In -> label != null && values.contains(label);
                case NotEquals, NotIn -> label == null || !values.contains(label);
                case GreaterThan -> label != null && compare(label) > 0;
                case LessThan -> label != null && compare(label) < 0;
            };
        }

        /// 0, which is neither more nor less, when the label is no number.
        private int compare(String label) {
            try {
                return Long.compare(Long.parseLong(label), Long.parseLong(values.first()));
            } catch (NumberFormatException e) {
                return 0;
            }
        }

        @Override
        public String toString() {
            return switch (operator) {
                case Exists -> key;
                case DoesNotExist -> "!" + key;
                case In, NotIn -> key + " " + operator.sign + " (" + String.join(",", values) + ")";
                case Equals, DoubleEquals, NotEquals, GreaterThan, LessThan -> key + operator.sign + values.first();
            };
        }
    }

    /// How a label is compared.
    enum Operator {
        Exists(""),
        DoesNotExist("!"),
        Equals("="),
        DoubleEquals("=="),
        NotEquals("!="),
        In("in"),
        NotIn("notin"),
        GreaterThan(">"),
        LessThan("<");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }
    }

    boolean matches(Map<String, String> labels) {
        return requirements.stream().allMatch(r -> r.matches(labels));
    }

    /// The canonical form.
    @Override
    public String toString() {
        return requirements.stream().map(Requirement::toString).collect(Collectors.joining(","));
    }

    /// @param text empty selects everything
    /// @throws IllegalArgumentException with Kubernetes' message when `text` is no selector
    static Selector parse(String text) {
        return new Parser(text).selector();
    }

    /// Kubernetes' own parser, rule by rule: its messages depend on which rule gives up.
    private static final class Parser {
        private static final String SPECIAL = "=!(),<>";
        private static final List<String> SIGNS = List.of(")", ",", "!", "==", "=", ">", "<", "!=", "(");

        private final List<String> tokens = new ArrayList<>();
        private int position;

        Parser(String text) {
            int at = 0;
            while (at < text.length()) {
                char c = text.charAt(at);
                int end = at + 1;
                if (SPECIAL.indexOf(c) >= 0) {
                    if (end < text.length() && SIGNS.contains(text.substring(at, end + 1))) {
                        end++;
                    }
                    tokens.add(text.substring(at, end));
                } else if (!isSpace(c)) {
                    while (end < text.length() && !isSpace(text.charAt(end)) && SPECIAL.indexOf(text.charAt(end)) < 0) {
                        end++;
                    }
                    tokens.add(text.substring(at, end));
                }
                at = end;
            }
        }

        Selector selector() {
            var requirements = new ArrayList<Requirement>();
            while (!peek().isEmpty()) {
                if (!isIdentifier(peek()) && !peek().equals("!")) {
                    throw found(peek(), ", expected: !, identifier, or 'end of string'");
                }
                try {
                    requirements.add(requirement());
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("unable to parse requirement: " + e.getMessage(), e);
                }
                var separator = next();
                if (separator.equals(",")) {
                    if (!isIdentifier(peek()) && !peek().equals("!")) {
                        throw found(peek(), ", expected: identifier after ','");
                    }
                } else if (!separator.isEmpty()) {
                    throw found(separator, ", expected: ',' or 'end of string'");
                }
            }
            requirements.sort(Comparator.comparing(Requirement::key));
            return new Selector(List.copyOf(requirements));
        }

        private Requirement requirement() {
            boolean not = peek().equals("!");
            if (not) {
                next();
            }
            var key = next();
            if (!isIdentifier(key)) {
                throw found(key, ", expected: identifier");
            }
            var errors = Names.qualifiedErrors(key);
            if (!errors.isEmpty()) {
                throw new IllegalArgumentException("invalid label key \"" + key + "\": " + String.join("; ", errors));
            }
            if (not) {
                return new Requirement(key, Operator.DoesNotExist, new TreeSet<>());
            }
            if (peek().isEmpty() || peek().equals(",")) {
                return new Requirement(key, Operator.Exists, new TreeSet<>());
            }
            var operator = operator(next());
            var values = operator == Operator.In || operator == Operator.NotIn ? values() : value();
            check(key, operator, values);
            return new Requirement(key, operator, values);
        }

        private static Operator operator(String sign) {
            for (var operator : Operator.values()) {
                if (operator.sign.equals(sign) && operator != Operator.DoesNotExist && operator != Operator.Exists) {
                    return operator;
                }
            }
            throw found(sign, ", expected: '=', '!=', '==', 'in', notin'");
        }

        private SortedSet<String> value() {
            if (peek().isEmpty() || peek().equals(",")) {
                return new TreeSet<>(List.of(""));
            }
            var value = next();
            if (!isIdentifier(value)) {
                throw found(value, ", expected: identifier");
            }
            return new TreeSet<>(List.of(value));
        }

        /// `(b,c)`; an empty place, as in `(,b)`, is the empty value.
        private SortedSet<String> values() {
            var open = next();
            if (!open.equals("(")) {
                throw found(open, " expected: '('");
            }
            if (!isIdentifier(peek()) && !peek().equals(",") && !peek().equals(")")) {
                throw found(peek(), ", expected: ',', ')' or identifier");
            }
            var values = new TreeSet<String>();
            boolean place = true;
            while (true) {
                var token = next();
                switch (token) {
                    case ")" -> {
                        if (place) {
                            values.add("");
                        }
                        return values;
                    }
                    case "," -> {
                        if (place) {
                            values.add("");
                        }
                        place = true;
                    }
                    default -> {
                        if (!place) {
                            throw found(token, ", expected: ',' or ')'");
                        }
                        if (!isIdentifier(token)) {
                            throw found(token, ", expected: ',', or identifier");
                        }
                        values.add(token);
                        place = false;
                    }
                }
            }
        }

        private static void check(String key, Operator operator, SortedSet<String> values) {
            if (operator == Operator.GreaterThan || operator == Operator.LessThan) {
                try {
                    Long.parseLong(values.first());
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException(
                            "for 'Gt', 'Lt' operators, the value must be an integer", e);
                }
            }
            for (var value : values) {
                var errors = Names.labelValueErrors(value);
                if (!errors.isEmpty()) {
                    throw new IllegalArgumentException("invalid label value: \"" + value + "\": at key: \"" + key
                            + "\": " + String.join("; ", errors));
                }
            }
        }

        /// The next token, empty at the end.
        private String peek() {
            return position < tokens.size() ? tokens.get(position) : "";
        }

        private String next() {
            var token = peek();
            position++;
            return token;
        }

        private static boolean isIdentifier(String token) {
            return !token.isEmpty() && SPECIAL.indexOf(token.charAt(0)) < 0;
        }

        private static boolean isSpace(char c) {
            return c == ' ' || c == '\t' || c == '\r' || c == '\n';
        }

        private static IllegalArgumentException found(String token, String expected) {
            return new IllegalArgumentException("found '" + token + "'" + expected);
        }
    }
}
