#include <fcntl.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "proxy/runtime/push/web_push_gateway.hpp"
#include "sipstack/base/base64url.hpp"

namespace proxy::runtime::push {
namespace {

constexpr const char* file_name = "webpush.pem";

std::string make_pem() {
  const sip::net::KeyPtr key{EVP_EC_gen("prime256v1")};
  const sip::net::BioPtr bio{BIO_new(BIO_s_mem())};
  if (!key || !bio ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1)
    throw std::runtime_error{"cannot make a key: " + sip::net::last_tls_error()};
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

/// Readable by us alone, and whole or not there.
void write_new(const std::filesystem::path& file, const std::string& text) {
  const auto fresh = file.string() + ".new";
  const auto fail = [&](const char* what) {
    throw std::runtime_error{file.string() + ": " + what + ": " + std::strerror(errno)};
  };
  const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) fail("cannot be made");
  const auto written = ::write(out, text.data(), text.size());
  const bool good = written == static_cast<ssize_t>(text.size()) && ::fsync(out) == 0;
  if (::close(out) != 0 || !good) fail("cannot be written");
  if (::rename(fresh.c_str(), file.c_str()) != 0) fail("cannot be written");
}

std::string read_all(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) throw std::runtime_error{file.string() + ": cannot be read"};
  return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

bool has_made_key(const std::string& data_dir) {
  return std::filesystem::exists(std::filesystem::path{data_dir} / file_name);
}

void prepare_web_push(WebPushSettings& settings, const std::string& data_dir) {
  std::filesystem::path file{settings.key_file};
  if (settings.key.empty()) {
    file = std::filesystem::path{data_dir} / file_name;
    if (!std::filesystem::exists(file)) write_new(file, make_pem());
    settings.key = read_all(file);
  }
  try {
    const JwtSigner signer{settings.key, JwtSigner::Algorithm::es256};
    settings.public_key = sip::base64url(signer.public_point());
  } catch (const KeyError& error) {
    throw std::runtime_error{file.string() + ": " + error.what()};
  }
}

}  // namespace proxy::runtime::push
