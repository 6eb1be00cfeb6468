package dev.reconciler.api;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Kubernetes' rules for names, with its own messages (vectors computed by apimachinery 1.20).
public final class Names {
    public static final int LABEL_MAX = 63;

    private static final String LABEL_FORMAT = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String QUALIFIED_FORMAT = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final Pattern QUALIFIED = Pattern.compile(QUALIFIED_FORMAT);
    private static final String SUBDOMAIN_FORMAT = LABEL_FORMAT + "(\\." + LABEL_FORMAT + ")*";
    private static final Pattern SUBDOMAIN = Pattern.compile(SUBDOMAIN_FORMAT);
    private static final int SUBDOMAIN_MAX = 253;

    private Names() {}

    public static boolean isLabel(String value) {
        return value.length() <= LABEL_MAX && looksLikeLabel(value);
    }

    /// [#LABEL_FORMAT] by hand: every name that is read is asked for it.
    private static boolean looksLikeLabel(String value) {
        int last = value.length() - 1;
        for (int i = 0; i <= last; i++) {
            char c = value.charAt(i);
            boolean inner = c == '-' && i > 0 && i < last;
            if (!inner && (c < 'a' || c > 'z') && (c < '0' || c > '9')) {
                return false;
            }
        }
        return last >= 0;
    }

    /// Empty when `value` is a DNS-1123 label.
    public static List<String> labelErrors(String value) {
        var errors = tooLong(value, LABEL_MAX);
        if (!looksLikeLabel(value)) {
            errors.add(
                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must"
                            + " start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used"
                            + " for validation is '" + LABEL_FORMAT + "')");
        }
        return errors;
    }

    /// Empty when `value` is a DNS-1123 subdomain.
    public static List<String> subdomainErrors(String value) {
        var errors = tooLong(value, SUBDOMAIN_MAX);
        if (!SUBDOMAIN.matcher(value).matches()) {
            errors.add(
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and"
                            + " must start and end with an alphanumeric character (e.g. 'example.com', regex used for"
                            + " validation is '" + SUBDOMAIN_FORMAT + "')");
        }
        return errors;
    }

    private static List<String> tooLong(String value, int max) {
        var errors = new ArrayList<String>();
        if (value.length() > max) {
            errors.add("must be no more than " + max + " characters");
        }
        return errors;
    }

    /// Empty when `value` may be the value of a label.
    public static List<String> labelValueErrors(String value) {
        var errors = tooLong(value, LABEL_MAX);
        if (!value.isEmpty() && !QUALIFIED.matcher(value).matches()) {
            errors.add(
                    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and"
                            + " must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or"
                            + " '12345', regex used for validation is '(" + QUALIFIED_FORMAT + ")?')");
        }
        return errors;
    }

    /// Empty when `value` may be the key of a label or annotation.
    public static List<String> qualifiedErrors(String value) {
        var parts = value.split("/", -1);
        var errors = new ArrayList<String>();
        String name;
        if (parts.length == 1) {
            name = parts[0];
        } else if (parts.length == 2) {
            name = parts[1];
            if (parts[0].isEmpty()) {
                errors.add("prefix part must be non-empty");
            } else {
                subdomainErrors(parts[0]).forEach(e -> errors.add("prefix part " + e));
            }
        } else {
            return List.of("a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start"
                    + " and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used"
                    + " for validation is '" + QUALIFIED_FORMAT + "') with an optional DNS subdomain prefix and '/'"
                    + " (e.g. 'example.com/MyName')");
        }
        if (name.isEmpty()) {
            errors.add("name part must be non-empty");
        } else {
            tooLong(name, LABEL_MAX).forEach(e -> errors.add("name part " + e));
        }
        if (!QUALIFIED.matcher(name).matches()) {
            errors.add("name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with"
                    + " an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
                    + " validation is '" + QUALIFIED_FORMAT + "')");
        }
        return errors;
    }
}
