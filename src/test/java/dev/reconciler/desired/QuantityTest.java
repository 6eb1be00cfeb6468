package dev.reconciler.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "65536, 65536",
        "512Ki, 524288",
        "10Mi, 10485760",
        "1.5Gi, 1610612736",
        "1Ti, 1099511627776",
        "1k, 1000",
        "1M, 1000000",
        "1G, 1000000000",
        "0.5k, 500",
        "7Ei, 8070450532247928832",
    })
    void a_quantity_is_a_number_of_bytes(String text, long bytes) {
        assertEquals(bytes, Quantity.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Mi", "-1", "+1", "1.5", "10mb", "10 Mi", "1K", "1m", "8Ei", "99999999999999999999",
        "1e3", "0.0001Ki", "1.", ".5k", "١"})
    void what_is_no_whole_number_of_bytes_is_none(String text) {
        assertNull(Quantity.parse(text));
    }
}
