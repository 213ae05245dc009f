#include "sipstack/net/certificate.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>

#include "tests/unit/sipstack/net/tls_fixture.hpp"

namespace sip::net {
namespace {

using std::chrono::hours;

const auto noon = std::chrono::sys_seconds{std::chrono::seconds{1'800'000'000}};

class CertificateTest : public ::testing::Test {
 protected:
  std::string refusal(const IdentityFiles& files) {
    try {
      read_identity(files);
      return "accepted";
    } catch (const TlsError& error) {
      return error.what();
    }
  }

  Certificates certificates_;
  IdentityFiles good_ = certificates_.make("good.example");
};

TEST_F(CertificateTest, MakesOneForTheNamesAndAddresses) {
  const auto made = make_self_signed({"sip.example", "localhost"},
                                     {Address::v4(0x7F000001), *Address::parse("2001:db8::1")},
                                     noon, noon + hours{24});
  const auto file = certificates_.write("made.pem", made.certificate);
  const auto facts = facts_of(*read_certificates(file).front(), file);
  EXPECT_EQ(facts.names,
            (std::vector<std::string>{"sip.example", "localhost", "127.0.0.1", "2001:db8::1"}));
  EXPECT_EQ(facts.expires, noon + hours{24});
  EXPECT_TRUE(facts.self_signed);
  EXPECT_EQ(facts.fingerprint.size(), 32U * 3 - 1);
  EXPECT_EQ(refusal({file, certificates_.write("made.key", made.private_key)}), "accepted");
}

TEST_F(CertificateTest, MakesOneThatIsNoAuthority) {
  const auto made = read_certificates(good_.certificate);
  auto& certificate = *made.front();
  EXPECT_EQ(X509_check_ca(&certificate), 0);
  EXPECT_EQ(X509_get_extended_key_usage(&certificate), unsigned{XKU_SSL_SERVER | XKU_SSL_CLIENT});
}

TEST_F(CertificateTest, KeepsAnEarlierKey) {
  const auto again =
      make_self_signed({"good.example"}, {}, noon, noon + hours{1}, read_key(good_.private_key));
  const auto file = certificates_.write("again.pem", again.certificate);
  EXPECT_EQ(refusal({file, good_.private_key}), "accepted");
}

TEST_F(CertificateTest, MakesOneForALongName) {
  const std::string name = std::string(60, 'a') + '.' + std::string(60, 'b') + ".example";
  const auto made = make_self_signed({name}, {}, noon, noon + hours{1});
  const auto file = certificates_.write("long.pem", made.certificate);
  EXPECT_EQ(facts_of(*read_certificates(file).front(), file).names.front(), name);
}

TEST_F(CertificateTest, SaysWhichFileIsMissing) {
  EXPECT_EQ(refusal({"/nowhere/a.pem", good_.private_key}),
            "/nowhere/a.pem: cannot be read: No such file or directory");
  EXPECT_EQ(refusal({good_.certificate, "/nowhere/a.key"}),
            "/nowhere/a.key: cannot be read: No such file or directory");
}

TEST_F(CertificateTest, SaysWhichFileDoesNotParse) {
  const auto junk = certificates_.write("junk", "hello\n");
  EXPECT_EQ(refusal({junk, good_.private_key}), junk + ": holds no certificate in PEM");
  EXPECT_EQ(refusal({good_.certificate, junk}), junk + ": holds no private key in PEM");
  const auto broken = certificates_.write(
      "broken", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  EXPECT_TRUE(
      refusal({broken, good_.private_key}).starts_with(broken + ": holds a broken certificate: "));
}

TEST_F(CertificateTest, SaysThatTheKeyIsAnothers) {
  const auto other = certificates_.make("other.example");
  EXPECT_EQ(refusal({good_.certificate, other.private_key}),
            good_.certificate + ": does not belong to the key in " + other.private_key);
}

TEST_F(CertificateTest, SaysThatTheKeyHasAPassphrase) {
  const BioPtr bio{BIO_new(BIO_s_mem())};
  const auto key = read_key(good_.private_key);
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), EVP_aes_256_cbc(), "x", 1, nullptr, nullptr);
  const char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  const auto locked =
      certificates_.write("locked.key", std::string{data, static_cast<std::size_t>(size)});
  EXPECT_EQ(refusal({good_.certificate, locked}), locked + ": is protected by a passphrase");
}

TEST_F(CertificateTest, RefusesAFileThatNeverEnds) {
  EXPECT_EQ(refusal({"/dev/zero", good_.private_key}), "/dev/zero: is too large (at most 1 MB)");
}

}  // namespace
}  // namespace sip::net
