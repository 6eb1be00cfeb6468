package dev.reconciler.desired;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A number of bytes as Kubernetes writes it: `65536`, `512Ki`, `10Mi`, `1.5Gi`, `1G`.
public final class Quantity {
    static final Pattern FORM = Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{1,9})?)([KMGTPE]i|[kMGTPE])?");
    static final Pattern CORES = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(m?)");
    private static final Map<String, BigDecimal> UNITS = Map.ofEntries(
            Map.entry("k", BigDecimal.TEN.pow(3)),
            Map.entry("M", BigDecimal.TEN.pow(6)),
            Map.entry("G", BigDecimal.TEN.pow(9)),
            Map.entry("T", BigDecimal.TEN.pow(12)),
            Map.entry("P", BigDecimal.TEN.pow(15)),
            Map.entry("E", BigDecimal.TEN.pow(18)),
            Map.entry("Ki", BigDecimal.TWO.pow(10)),
            Map.entry("Mi", BigDecimal.TWO.pow(20)),
            Map.entry("Gi", BigDecimal.TWO.pow(30)),
            Map.entry("Ti", BigDecimal.TWO.pow(40)),
            Map.entry("Pi", BigDecimal.TWO.pow(50)),
            Map.entry("Ei", BigDecimal.TWO.pow(60)));

    private Quantity() {}

    /// Processor cores (`2`, `0.5`, `500m`) in thousandths; null when `text` is no whole number of them.
    static @Nullable Long milli(String text) {
        var form = CORES.matcher(text);
        if (!form.matches()) {
            return null;
        }
        try {
            return new BigDecimal(form.group(1)).scaleByPowerOfTen(form.group(2).isEmpty() ? 3 : 0).longValueExact();
        } catch (ArithmeticException e) {
            return null;
        }
    }

    /// Null when `text` is no whole number of bytes below 2⁶³.
    public static @Nullable Long parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            return null;
        }
        var unit = form.group(2);
        var number = new BigDecimal(form.group(1));
        try {
            return (unit == null ? number : number.multiply(UNITS.getOrDefault(unit, BigDecimal.ONE)))
                    .longValueExact();
        } catch (ArithmeticException e) {
            return null;
        }
    }
}
