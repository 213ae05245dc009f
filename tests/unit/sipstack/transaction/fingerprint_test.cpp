#include "sipstack/transaction/fingerprint.hpp"

#include <gtest/gtest.h>

namespace sip::transaction {
namespace {

/// The key of the published vectors: bytes 00 to 0f. The expected values were taken from OpenSSL's
/// SIPHASH with a 16-byte output.
constexpr Fingerprinter published{0x0706050403020100, 0x0f0e0d0c0b0a0908};

TEST(Fingerprint, IsSipHash24With128Bits) {
  EXPECT_EQ(published.of(""), (Fingerprint{0xe6a825ba047f81a3, 0x930255c71472f66d}));
  EXPECT_EQ(published.of(std::string_view{"\0", 1}),
            (Fingerprint{0x44af996bd8c187da, 0x45fc229b11597634}));
  EXPECT_EQ(published.of("z9hG4bK776asdhds, fifteen or more"),
            (Fingerprint{0x1f814c891f18eb12, 0x3a460ffd861030d1}));
}

TEST(Fingerprint, DependsOnTheKey) {
  EXPECT_NE(Fingerprinter(1, 2).of("x"), Fingerprinter(1, 3).of("x"));
  EXPECT_NE(Fingerprinter(1, 2).of("x"), Fingerprinter(2, 2).of("x"));
}

}  // namespace
}  // namespace sip::transaction
