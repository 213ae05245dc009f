#include "proxy/core/trunk/check.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace proxy::trunk {
namespace {

record::Trunk trunk_with(const std::function<void(record::Trunk&)>& change) {
  record::Trunk trunk;
  trunk.name = "provider";
  trunk.targets = "192.0.2.1";
  change(trunk);
  return trunk;
}

record::Route route_with(const std::function<void(record::Route&)>& change) {
  record::Route route;
  route.name = "out";
  route.trunk = "provider";
  change(route);
  return route;
}

template <class Row>
std::string_view field_of(const Row& row) {
  const auto fault = check(row);
  return fault ? fault->field : std::string_view{};
}

TEST(CheckTrunk, NeedsANameAndATarget) {
  EXPECT_EQ(field_of(trunk_with([](auto&) {})), "");
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.name = "Provider"; })), "name");
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.name = "users"; })), "name");
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.name = std::string(65, 'a'); })), "name");
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.targets = ""; })), "targets");
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.targets = "192.0.2.1\n?"; })), "targets");
}

TEST(CheckTrunk, HoldsNoMoreTargetsThanItSays) {
  const auto many = [](std::size_t count) {
    return trunk_with([count](auto& t) {
      t.targets.clear();
      for (std::size_t i = 0; i < count; ++i) t.targets += "192.0.2.1\n";
    });
  };
  EXPECT_EQ(field_of(many(16)), "");
  EXPECT_EQ(field_of(many(17)), "targets");
}

TEST(CheckTrunk, CredentialsComeInPairs) {
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.username = "u"; })), "password");
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.password = "p"; })), "username");
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.username = "a:b", t.password = "p"; })),
            "username");
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.inbound_username = "u"; })), "inbound_password");
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.registers = true; })), "register");
}

TEST(CheckTrunk, RefusesAbsurdTimes) {
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.expires = 59; })), "expires_s");
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.expires = 86'401; })), "expires_s");
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.probe = 4; })), "probe_s");
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.probe = 0; })), "");
}

TEST(CheckTrunk, ACertificateIsForADomain) {
  const auto fault = [](std::string domain) {
    return field_of(trunk_with([&](auto& t) { t.inbound_certificate = std::move(domain); }));
  };
  EXPECT_EQ(fault(""), "");
  EXPECT_EQ(fault("sip.Provider.example"), "");
  for (const std::string bad : {"*.provider.example", "sip:provider.example", "192.0.2.1",
                                "[2001:db8::1]", "a b", "a.example\n"})
    EXPECT_EQ(fault(bad), "inbound_certificate") << bad;
  EXPECT_EQ(fault(std::string(253, 'a')), "");
  EXPECT_EQ(fault(std::string(254, 'a')), "inbound_certificate");
}

TEST(CheckTrunk, SourcesAreBlocks) {
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.sources = "192.0.2.0/24 udp"; })), "");
  EXPECT_EQ(field_of(trunk_with([](auto& t) { t.sources = "example.com"; })), "sources");
}

TEST(CheckRoute, LeadsToExactlyOneEnd) {
  EXPECT_EQ(field_of(route_with([](auto&) {})), "");
  EXPECT_EQ(field_of(route_with([](auto& r) { r.trunk = ""; })), "trunk");
  EXPECT_EQ(field_of(route_with([](auto& r) { r.reject = 403; })), "trunk");
  EXPECT_EQ(field_of(route_with([](auto& r) { r.trunk = "", r.reject = 403; })), "");
}

TEST(CheckRoute, RefusesStatusesThatAskForAnotherRequest) {
  for (const std::uint32_t status : {200U, 302U, 399U, 401U, 407U, 423U, 700U})
    EXPECT_EQ(field_of(route_with([&](auto& r) { r.trunk = "", r.reject = status; })), "reject")
        << status;
}

TEST(CheckRoute, RefusesPatternsThatMatchNothing) {
  for (const auto* pattern : {"_", "^$", "@", "alice@", "@example.com"})
    EXPECT_EQ(field_of(route_with([&](auto& r) { r.callee = pattern; })), "callee") << pattern;
  for (const auto* pattern : {"_!", "^", "*", "*@example.com", "alice@*", "^.*@"})
    EXPECT_EQ(field_of(route_with([&](auto& r) { r.caller = pattern; })), "") << pattern;
}

TEST(CheckRoute, RefusesPatternsWhoseFirstSignWasForgotten) {
  for (const auto* pattern : {"0X.", "0900.", "NXX", "+49!", "0[1-5]1", "112|110", "\\d+"})
    EXPECT_EQ(field_of(route_with([&](auto& r) { r.callee = pattern; })), "callee") << pattern;
  for (const auto* pattern : {"112", "*97", "+49*", "john.doe", "Xaver", "+49(0)30", "x@y.z"})
    EXPECT_EQ(field_of(route_with([&](auto& r) { r.callee = pattern; })), "") << pattern;
}

TEST(CheckRoute, LooksAtPatternsAndNumbers) {
  EXPECT_EQ(field_of(route_with([](auto& r) { r.callee = "^("; })), "callee");
  EXPECT_EQ(field_of(route_with([](auto& r) { r.caller = "a b"; })), "caller");
  EXPECT_EQ(field_of(route_with([](auto& r) { r.prepend = "a@b"; })), "prepend");
  EXPECT_EQ(field_of(route_with([](auto& r) { r.strip = 33; })), "strip");
  EXPECT_EQ(field_of(route_with([](auto& r) { r.set_caller = "+4930@example.com"; })), "");
  EXPECT_EQ(field_of(route_with([](auto& r) { r.set_caller = "a@b;c"; })), "set_caller");
  EXPECT_EQ(field_of(route_with([](auto& r) { r.from = "Nobody"; })), "from");
  EXPECT_EQ(field_of(route_with([](auto& r) { r.name = "17"; })), "name");
}

}  // namespace
}  // namespace proxy::trunk
