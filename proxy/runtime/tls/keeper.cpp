#include "proxy/runtime/tls/keeper.hpp"

#include <utility>

#include "proxy/runtime/tls/files.hpp"

namespace proxy::runtime::tls {
namespace {

constexpr std::chrono::hours day{24};

std::string joined(const std::vector<std::string>& texts) {
  std::string text;
  for (const auto& one : texts) text.append(text.empty() ? "" : ",").append(one);
  return text;
}

}  // namespace

std::chrono::sys_seconds wall_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Keeper::Keeper(const Settings& settings, OwnNames names, log::Log& log,
               std::chrono::sys_seconds now)
    : settings_{settings}, names_{std::move(names)}, log_{log} {
  context_ = load(now);
  warn_of_expiry(now);
}

Keeper::Context Keeper::context() const {
  const std::scoped_lock lock{mutex_};
  return context_;
}

Keeper::Context Keeper::load(std::chrono::sys_seconds now) {
  const bool made = is_own(settings_) && keep_own_certificate(settings_.data_dir, names_, now);
  auto context = sip::net::TlsContext::load(files_of(settings_));
  for (const auto& facts : context->certificates())
    log_.info("tls.certificate", {{"file", facts.file},
                                  {"names", joined(facts.names)},
                                  {"expires", log::timestamp(facts.expires)},
                                  {"sha256", facts.fingerprint},
                                  {"self_signed", facts.self_signed ? "yes" : "no"}});
  if (is_own(settings_))
    log_.warn("tls.self_signed",
              {{"why", "no certificate is configured: phones refuse it until they trust it"},
               {"sha256", context->certificates().front().fingerprint},
               {"made", made ? "now" : "earlier"}});
  return context;
}

void Keeper::warn_of_expiry(std::chrono::sys_seconds now) {
  for (const auto& facts : context()->certificates()) {
    const auto left = std::chrono::floor<std::chrono::days>(facts.expires - now);
    if (facts.expires <= now)
      log_.error("tls.expired", {{"file", facts.file}, {"on", log::timestamp(facts.expires)}});
    else if (facts.expires - now <= notice)
      log_.warn("tls.expires_soon", {{"file", facts.file},
                                     {"on", log::timestamp(facts.expires)},
                                     {"days", std::to_string(left.count())}});
  }
}

void Keeper::start(boost::asio::io_context& io) {
  timer_.emplace(io);
  wait();
}

void Keeper::stop() {
  if (timer_) timer_->cancel();
}

void Keeper::wait() {
  timer_->expires_after(day);
  timer_->async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    reload(wall_now());
    wait();
  });
}

void Keeper::reload(std::chrono::sys_seconds now) {
  try {
    auto fresh = load(now);
    {
      const std::scoped_lock lock{mutex_};
      context_ = fresh;
    }
    use_(std::move(fresh));
  } catch (const sip::net::TlsError& error) {
    log_.error("tls.not_reloaded", {{"why", error.what()}});
  }
  warn_of_expiry(now);
}

}  // namespace proxy::runtime::tls
