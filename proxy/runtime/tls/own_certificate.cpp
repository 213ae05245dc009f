#include "proxy/runtime/tls/own_certificate.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "proxy/runtime/tls/files.hpp"

namespace proxy::runtime::tls {
namespace {

using sip::net::TlsError;

/// A clock that is a little behind must not find it invalid.
constexpr std::chrono::days backdated{1};

[[noreturn]] void fail(const std::string& file) {
  throw TlsError{file + ": cannot be written: " + std::generic_category().message(errno)};
}

/// Whole or not at all, and readable by nobody else at any moment.
void write_private(const std::string& file, const std::string& text) {
  const auto fresh = file + ".new";
  ::unlink(fresh.c_str());
  const int descriptor =
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) fail(fresh);
  const bool written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(descriptor) == 0;
  const int error = errno;
  ::close(descriptor);
  errno = error;
  if (!written || std::rename(fresh.c_str(), file.c_str()) != 0) fail(fresh);
}

bool exists(const std::string& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

bool is_good(const sip::net::IdentityFiles& files, std::chrono::sys_seconds now) {
  if (!exists(files.certificate) || !exists(files.private_key)) return false;
  const auto identity = sip::net::read_identity(files);
  return sip::net::facts_of(*identity.chain.front(), {}).expires > now + notice;
}

}  // namespace

OwnNames own_names(const std::vector<std::string>& hosts) {
  OwnNames own;
  const auto add = [](auto& list, auto value) {
    if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
  };
  for (const auto& host : hosts) {
    if (const auto address = sip::Address::parse(host))
      add(own.addresses, *address);
    else if (!host.empty())
      add(own.names, host);
  }
  return own;
}

sip::net::IdentityFiles own_files(const std::string& data_dir) {
  return {data_dir + "/tls-self-signed.pem", data_dir + "/tls-self-signed.key"};
}

bool keep_own_certificate(const std::string& data_dir, const OwnNames& names,
                          std::chrono::sys_seconds now) {
  const auto files = own_files(data_dir);
  if (is_good(files, now)) return false;
  // Who has pinned the key finds it again in the renewed certificate.
  auto key = exists(files.private_key) ? sip::net::read_key(files.private_key) : nullptr;
  const auto from = now - backdated;
  const auto made = sip::net::make_self_signed(names.names, names.addresses, from, from + own_life,
                                               std::move(key));
  write_private(files.private_key, made.private_key);
  write_private(files.certificate, made.certificate);
  return true;
}

}  // namespace proxy::runtime::tls
