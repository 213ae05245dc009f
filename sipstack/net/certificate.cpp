#include "sipstack/net/certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>

#include "sipstack/base/text.hpp"
#include "sipstack/message/host.hpp"
#include "sipstack/message/uri.hpp"

namespace sip::net {
namespace {

constexpr std::size_t file_bytes_max = 1'048'576;
constexpr std::size_t domains_max = 16;
constexpr std::size_t domain_bytes_max = 253;  // RFC 1035 section 2.3.4

std::string read_file(const std::string& file) {
  errno = 0;
  std::ifstream in{file, std::ios::binary};
  std::string text(file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) throw TlsError{file + ": cannot be read: " + std::strerror(errno)};
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > file_bytes_max) throw TlsError{file + ": is too large (at most 1 MB)"};
  return text;
}

BioPtr bio_of(const std::string& text) {
  return BioPtr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

/// Without this OpenSSL asks on the terminal.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

std::string text_of(const ASN1_STRING& string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(&string)),
          static_cast<std::size_t>(ASN1_STRING_length(&string))};
}

std::string address_text(const ASN1_OCTET_STRING& bytes) {
  const auto* data = ASN1_STRING_get0_data(&bytes);
  Address address;
  if (ASN1_STRING_length(&bytes) == 16) {
    std::memcpy(address.bytes.data(), data, 16);
  } else if (ASN1_STRING_length(&bytes) == 4) {
    address = Address::v4(0);
    std::memcpy(address.bytes.data() + 12, data, 4);
  } else {
    return {};
  }
  return address.to_string();
}

using Names = std::unique_ptr<GENERAL_NAMES, FreedBy<GENERAL_NAMES_free>>;

Names alternatives_of(const X509& certificate) {
  return Names{static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr))};
}

std::vector<std::string> names_of(const X509& certificate) {
  const Names all = alternatives_of(certificate);
  std::vector<std::string> names;
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const auto* one = sk_GENERAL_NAME_value(all.get(), i);
    if (one->type == GEN_DNS) names.push_back(text_of(*one->d.dNSName));
    if (one->type == GEN_IPADD) names.push_back(address_text(*one->d.iPAddress));
  }
  return names;
}

/// The host of a sip URI that names no user; empty for any other text.
std::string host_of_sip(const std::string& text) {
  const auto uri = UriView::parse(text);
  if (!uri || !uri->is_sip() || uri->is_sips() || uri->text.find('@') != std::string_view::npos)
    return {};
  return std::string{uri->host};
}

std::string fingerprint_of(const X509& certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(&certificate, EVP_sha256(), digest, &size);
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    if (i > 0) text += ':';
    text.append({digits[digest[i] >> 4U], digits[digest[i] & 15U]});
  }
  return text;
}

}  // namespace

std::string last_tls_error() {
  const auto code = ERR_peek_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "unknown error" : reason;
}

std::vector<X509Ptr> read_certificates(const std::string& file) {
  const auto text = read_file(file);
  const auto bio = bio_of(text);
  std::vector<X509Ptr> chain;
  while (X509Ptr one{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)})
    chain.push_back(std::move(one));
  const auto error = ERR_peek_last_error();
  const bool at_end =
      ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  const auto why = last_tls_error();
  if (chain.empty() && at_end) throw TlsError{file + ": holds no certificate in PEM"};
  if (!at_end) throw TlsError{file + ": holds a broken certificate: " + why};
  return chain;
}

KeyPtr read_key(const std::string& file) {
  const auto text = read_file(file);
  bool encrypted = false;
  KeyPtr key{PEM_read_bio_PrivateKey(bio_of(text).get(), nullptr, no_passphrase, &encrypted)};
  ERR_clear_error();
  if (encrypted) throw TlsError{file + ": is protected by a passphrase"};
  if (!key) throw TlsError{file + ": holds no private key in PEM"};
  return key;
}

Identity read_identity(const IdentityFiles& files) {
  Identity identity{read_certificates(files.certificate), read_key(files.private_key)};
  const bool belongs =
      X509_check_private_key(identity.chain.front().get(), identity.key.get()) == 1;
  ERR_clear_error();
  if (!belongs)
    throw TlsError{files.certificate + ": does not belong to the key in " + files.private_key};
  return identity;
}

CertificateFacts facts_of(const X509& certificate, std::string file) {
  CertificateFacts facts;
  facts.file = std::move(file);
  facts.names = names_of(certificate);
  facts.fingerprint = fingerprint_of(certificate);
  std::tm expires{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &expires) == 1)
    facts.expires = std::chrono::sys_seconds{std::chrono::seconds{::timegm(&expires)}};
  facts.self_signed =
      X509_NAME_cmp(X509_get_subject_name(&certificate), X509_get_issuer_name(&certificate)) == 0;
  return facts;
}

std::vector<std::string> sip_domains_of(const X509& certificate) {
  const Names all = alternatives_of(certificate);
  std::vector<std::string> uris;
  std::vector<std::string> names;
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const auto* one = sk_GENERAL_NAME_value(all.get(), i);
    const bool is_uri = one->type == GEN_URI;
    if (!is_uri && one->type != GEN_DNS) continue;
    const auto text = text_of(is_uri ? *one->d.uniformResourceIdentifier : *one->d.dNSName);
    auto domain = to_lower(is_uri ? host_of_sip(text) : text);
    if (domain.empty() || domain.size() > domain_bytes_max || !is_host(domain)) continue;
    auto& found = is_uri ? uris : names;
    if (found.size() < domains_max) found.push_back(std::move(domain));
  }
  return uris.empty() ? names : uris;
}

}  // namespace sip::net
