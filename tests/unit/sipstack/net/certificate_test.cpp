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

/// What a certificate with these alternative names speaks for.
std::vector<std::string> domains_of(const std::string& alternatives) {
  const X509Ptr certificate{X509_new()};
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  using Extension = std::unique_ptr<X509_EXTENSION, FreedBy<X509_EXTENSION_free>>;
  const Extension extension{
      X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, alternatives.c_str())};
  if (!extension) ADD_FAILURE() << alternatives;
  X509_add_ext(certificate.get(), extension.get(), -1);
  return sip_domains_of(*certificate);
}
using Texts = std::vector<std::string>;

TEST(SipDomains, AreItsDnsNamesInLowerCase) {
  EXPECT_EQ(domains_of("DNS:Sip.Example.COM,IP:192.0.2.1,DNS:b.example,email:a@c.example"),
            (Texts{"sip.example.com", "b.example"}));
  EXPECT_EQ(sip_domains_of(*X509Ptr{X509_new()}), Texts{});
}

TEST(SipDomains, AreTheHostsOfItsSipUrisAloneWhenItHasSome) {
  EXPECT_EQ(domains_of("DNS:host.example,URI:sip:A.example,URI:SIP:b.example"),
            (Texts{"a.example", "b.example"}));
}

TEST(SipDomains, AreNotThoseOfUsersNorOfOtherSchemes) {
  EXPECT_EQ(
      domains_of("URI:sip:bob@a.example,URI:sips:b.example,URI:https://c.example,DNS:d.example"),
      Texts{"d.example"});
}

TEST(SipDomains, AreNoWildcards) {
  EXPECT_EQ(domains_of("DNS:*.a.example,URI:sip:*.b.example,DNS:c.example"), Texts{"c.example"});
}

TEST(SipDomains, AreSixteenAtMostAndNoneIsTooLong) {
  std::string many = "DNS:" + std::string(254, 'a');
  for (int i = 0; i < 20; ++i) many.append(",DNS:n").append(std::to_string(i)).append(".example");
  const auto domains = domains_of(many);
  ASSERT_EQ(domains.size(), 16U);
  EXPECT_EQ(domains.front(), "n0.example");
}

TEST(SipDomains, DoNotEndAtANulInAName) {
  const X509Ptr certificate{X509_new()};
  const std::string text{"good.example\0.evil.example", 26};
  using Name = std::unique_ptr<GENERAL_NAME, FreedBy<GENERAL_NAME_free>>;
  Name name{GENERAL_NAME_new()};
  auto* dns = ASN1_IA5STRING_new();
  ASN1_STRING_set(dns, text.data(), static_cast<int>(text.size()));
  GENERAL_NAME_set0_value(name.get(), GEN_DNS, dns);
  const std::unique_ptr<GENERAL_NAMES, FreedBy<GENERAL_NAMES_free>> names{GENERAL_NAMES_new()};
  sk_GENERAL_NAME_push(names.get(), name.release());
  X509_add1_ext_i2d(certificate.get(), NID_subject_alt_name, names.get(), 0, 0);
  EXPECT_EQ(sip_domains_of(*certificate), Texts{});
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
