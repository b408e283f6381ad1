// tls-make-certificates FOLDER: the certificates of the tests, for the scripts beside it.
#include "tests/tls/certificates.hpp"

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    make_certificates(argv[1]);
}
