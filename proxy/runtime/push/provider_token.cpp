#include "proxy/runtime/push/provider_token.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <system_error>

#include "proxy/core/push/apns.hpp"
#include "sipstack/auth/digest.hpp"
#include "sipstack/base/base64url.hpp"
#include "sipstack/base/text.hpp"

namespace proxy::runtime::push {
namespace {

constexpr std::chrono::minutes clock_slack{1};
constexpr std::size_t token_max = 2'048;
constexpr std::uint64_t epoch_max_ms = 253'402'300'799'000;  // the year 9999

}  // namespace

ProviderToken::ProviderToken(const ApnsSettings& settings, const std::filesystem::path& folder)
    : signer_{settings.key, JwtSigner::Algorithm::es256},
      key_id_{settings.key_id},
      team_id_{settings.team_id},
      mark_{sip::base64url(
          sip::auth::hmac_sha256(settings.key, settings.team_id + '.' + settings.key_id))} {
  if (!folder.empty()) file_ = folder / ("apns-" + team_id_ + '-' + key_id_ + ".token");
}

const std::string& ProviderToken::at(sip::WallTime now) {
  if (!std::exchange(looked_, true)) read(now);
  if (token_.empty() || now - issued_ >= lifetime || issued_ - now > clock_slack) make(now);
  return token_;
}

bool ProviderToken::renew(sip::WallTime now) {
  const auto age = now - issued_;
  if (age >= sip::Duration{0} && age < youngest) return false;
  make(now);
  return true;
}

void ProviderToken::make(sip::WallTime now) {
  token_ = signer_.token(proxy::push::apns_claims(team_id_, now), key_id_);
  issued_ = now;
  write();
}

void ProviderToken::read(sip::WallTime now) {
  std::ifstream in{file_};
  std::string mark;
  std::string issued;
  std::string token;
  if (!std::getline(in, mark) || !std::getline(in, issued) || !std::getline(in, token)) return;
  const auto ms = sip::parse_number(issued, epoch_max_ms);
  if (mark != mark_ || !ms || token.empty() || token.size() > token_max) return;
  const sip::WallTime when{sip::Duration{static_cast<std::int64_t>(*ms)}};
  if (when > now + clock_slack || now - when >= lifetime) return;
  issued_ = when;
  token_ = token;
}

/// Readable by us alone. Without it the next start only makes a new token.
void ProviderToken::write() const {
  if (file_.empty()) return;
  const auto text =
      mark_ + '\n' + std::to_string(issued_.time_since_epoch().count()) + '\n' + token_ + '\n';
  const auto fresh = file_.string() + ".new";
  ::unlink(fresh.c_str());
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return;
  const bool whole =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(descriptor);
  std::error_code ignored;
  if (whole) std::filesystem::rename(fresh, file_, ignored);
}

}  // namespace proxy::runtime::push
