#include "web/server/engine_backend.hpp"

// How a phone gets its account from a link.

namespace web::server {

using proxy::view::Refused;

void EngineBackend::make_link(const api::MakeProvisioning& task, const api::Caller& caller,
                              const Done& done) {
  auto answer = guarded([&]() -> api::Answer {
    auto user = stored_.answer(api::ReadUser{task.aor});
    if (!std::holds_alternative<api::OneUser>(user)) return user;
    if (api::way_in(door_.ways_in(), {}).transport.empty())
      return Refused{409, "", "nothing listens for phones: there is no TLS, TCP or UDP listener"};
    const auto end = std::chrono::system_clock::now() + ProvisionLinks::lifetime;
    const auto secret = links_.make(task.aor, ProvisionLinks::Clock::now());
    return api::ProvisioningMade{"/provision/" + secret,
                                 std::chrono::floor<std::chrono::milliseconds>(end)};
  });
  if (std::holds_alternative<api::ProvisioningMade>(answer))
    note(caller, "user.provision", task.aor);
  done(std::move(answer));
}

void EngineBackend::run(const api::Provision& task, const Done& done) {
  const auto aor = links_.take(task.secret, ProvisionLinks::Clock::now());
  if (!aor) return done(Refused{404, "", "this link was used, is too old, or never was one"});
  done(guarded([&]() -> api::Answer {
    auto user = stored_.answer(api::ReadUser{*aor});
    const auto* one = std::get_if<api::OneUser>(&user);
    if (one == nullptr) return user;
    const auto status = door_.status();
    const auto names = status.certificates.empty() ? std::vector<std::string>{}
                                                   : status.certificates.front().names;
    return api::Document{"application/xml; charset=utf-8", "",
                         api::provisioning_xml(one->user, api::way_in(door_.ways_in(), names))};
  }));
}

}  // namespace web::server
