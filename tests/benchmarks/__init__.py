"""The benchmark's generator and its floors."""
