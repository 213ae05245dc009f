#pragma once
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace sip::net {

template <auto Free>
struct FreedBy {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using BioPtr = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using SslPtr = std::unique_ptr<SSL, FreedBy<SSL_free>>;
using SslContextPtr = std::unique_ptr<SSL_CTX, FreedBy<SSL_CTX_free>>;
using X509Ptr = std::unique_ptr<X509, FreedBy<X509_free>>;

/// OpenSSL's own words for what went wrong last; empties its queue of errors.
std::string last_tls_error();

}  // namespace sip::net
