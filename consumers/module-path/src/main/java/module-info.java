module org.example.listen {
    requires io.crysdk.api;
}
