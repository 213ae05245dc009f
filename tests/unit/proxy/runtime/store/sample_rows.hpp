#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "proxy/core/record/rows.hpp"

namespace proxy::store {

// Rows in which every field differs from its default, so that a column that is not stored shows.

/// Every byte a hostile Call-ID may hold, and what SQL or a shell would trip over.
inline std::string odd_bytes() {
  using std::string_literals::operator""s;
  return "a\0'\"; DROP TABLE call;-- $(x) \xff\xc3\x28\r\n"s;
}

inline record::WallTime wall(std::int64_t ms) {
  return record::WallTime{std::chrono::milliseconds{ms}};
}

inline record::User user_row(std::int64_t id) {
  return {id,
          "user" + std::to_string(id) + "@example.com",
          "Zo\xc3\xab",
          std::string(32, 'a'),
          std::string(64, 'b'),
          std::string(64, 'c'),
          false,
          wall(1'700'000'000'001),
          4};
}

inline record::Device device_row(std::int64_t id, std::int64_t user_id) {
  record::Device device;
  device.id = id;
  device.user_id = user_id;
  device.key = "i:" + odd_bytes();
  device.instance = "<urn:uuid:00000000-0000-0000-0000-000000000001>";
  device.push = {"apns", "TEAM.com.example.phone.voip", "abc:voip&def:remote"};
  device.user_agent = "Phone \xff 1.0";
  device.first_seen = wall(1'700'000'000'002);
  device.last_register = wall(1'700'000'000'003);
  device.token_dead = "410 Unregistered";
  device.token_dead_at = wall(1'700'000'000'004);
  device.wake_count = 5;
  device.last_wake_ms = 2'100;
  device.wake_times = std::string{"\0\x08\x34\xff", 4};
  return device;
}

inline record::Binding binding_row(std::int64_t id, std::int64_t device_id) {
  record::Binding binding;
  binding.id = id;
  binding.device_id = device_id;
  binding.reg_id = 4'294'967'295;
  binding.contact = "sip:a@192.0.2.1:5060;x=\"y\"";
  binding.flow = "udp:0:192.0.2.1:5060";
  binding.call_id = odd_bytes();
  binding.cseq = 4'294'967'295;
  binding.q = 500;
  binding.path = "<sip:edge.example.com;lr>";
  binding.expires_at = wall(1'700'000'600'000);
  return binding;
}

inline record::Call call_row(std::int64_t id, record::CallState state) {
  record::Call call;
  call.id = id;
  call.call_id = odd_bytes();
  call.caller = "sip:alice@example.com";
  call.caller_name = "Alice \"A\"";
  call.callee = "bob@example.com";
  call.state = state;
  call.started_at = wall(1'700'000'000'010);
  call.answered_at = wall(1'700'000'000'020);
  call.ended_at = wall(1'700'000'000'030);
  call.end_reason = "answered";
  call.final_status = 200;
  call.cancel_reason = "SIP;cause=200;text=\"Call completed elsewhere\"";
  call.timeline = std::string("\x01\xac\x02\x01\x00\x00", 6);
  call.verdict = "Handy von Zo\xc3\xab war in 2,1 s wach.";
  return call;
}

inline record::CallInvite invite_row(std::int64_t call_id) {
  return {call_id, "INVITE sip:bob@example.com SIP/2.0\r\n\r\n" + odd_bytes(),
          "tcp:1:[2001:db8::1]:40000#1722"};
}

inline record::Leg leg_row(std::int64_t id, std::int64_t call_id, std::int64_t device_id) {
  return {id,
          call_id,
          device_id,
          record::LegState::gone,
          wall(1'700'000'000'040),
          3,
          2,
          "refused: 400 BadTopic",
          wall(1'700'000'000'050),
          record::Notice::none,
          2};
}

inline record::ApiToken token_row(std::int64_t id) {
  return {id, "admin \xff", "hash-" + std::to_string(id), wall(1'700'000'000'050)};
}

}  // namespace proxy::store
