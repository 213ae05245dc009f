#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>

#include "sipstack/net/certificate.hpp"

namespace sip::net {
namespace {

constexpr std::size_t serial_bytes = 16;
constexpr std::size_t common_name_max = 64;  // RFC 5280 appendix A.1, ub-common-name

void must(bool done) {
  if (!done) throw TlsError{"a self-signed certificate cannot be made: " + last_tls_error()};
}

/// Positive and unguessable (RFC 5280 section 4.1.2.2).
void set_serial(X509& certificate) {
  std::array<unsigned char, serial_bytes> random{};
  must(RAND_bytes(random.data(), static_cast<int>(random.size())) == 1);
  random[0] &= 0x7F;
  random[0] |= 0x40;
  using Number = std::unique_ptr<BIGNUM, FreedBy<BN_free>>;
  const Number number{BN_bin2bn(random.data(), static_cast<int>(random.size()), nullptr)};
  must(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr);
}

void set_name(X509& certificate, const std::string& name) {
  auto* subject = X509_get_subject_name(&certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(name.data());
  const int size = static_cast<int>(std::min(name.size(), common_name_max));
  must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, size, -1, 0) == 1);
  must(X509_set_issuer_name(&certificate, subject) == 1);
}

void add_extension(X509& certificate, int id, const std::string& value) {
  using Extension = std::unique_ptr<X509_EXTENSION, FreedBy<X509_EXTENSION_free>>;
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str())};
  must(extension && X509_add_ext(&certificate, extension.get(), -1) == 1);
}

/// Names come from the host and the configuration, where they were checked: letters, digits, dots,
/// hyphens and underscores, so nothing in them has a meaning here.
std::string alternatives(const std::vector<std::string>& names,
                         const std::vector<Address>& addresses) {
  std::string text;
  const auto add = [&text](std::string_view kind, const std::string& value) {
    text.append(text.empty() ? "" : ",").append(kind).append(value);
  };
  for (const auto& name : names) add("DNS:", name);
  for (const auto& address : addresses) add("IP:", address.to_string());
  return text;
}

template <class Write>
std::string pem(Write write) {
  const BioPtr bio{BIO_new(BIO_s_mem())};
  must(bio && write(bio.get()) == 1);
  const char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

NewIdentity make_self_signed(const std::vector<std::string>& names,
                             const std::vector<Address>& addresses, std::chrono::sys_seconds from,
                             std::chrono::sys_seconds until, KeyPtr key) {
  if (!key) key.reset(EVP_EC_gen("P-256"));
  const X509Ptr certificate{X509_new()};
  must(key && certificate);
  auto& made = *certificate;
  must(X509_set_version(&made, X509_VERSION_3) == 1);
  set_serial(made);
  must(ASN1_TIME_set(X509_getm_notBefore(&made), from.time_since_epoch().count()) != nullptr);
  must(ASN1_TIME_set(X509_getm_notAfter(&made), until.time_since_epoch().count()) != nullptr);
  must(X509_set_pubkey(&made, key.get()) == 1);
  set_name(made, names.empty() ? "sip" : names.front());
  add_extension(made, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(made, NID_key_usage, "critical,digitalSignature");
  add_extension(made, NID_ext_key_usage, "serverAuth,clientAuth");
  add_extension(made, NID_subject_key_identifier, "hash");
  const auto san = alternatives(names, addresses);
  if (!san.empty()) add_extension(made, NID_subject_alt_name, san);
  must(X509_sign(&made, key.get(), EVP_sha256()) > 0);
  return {pem([&](BIO* bio) { return PEM_write_bio_X509(bio, &made); }), pem([&](BIO* bio) {
            return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr,
                                                 nullptr);
          })};
}

}  // namespace sip::net
