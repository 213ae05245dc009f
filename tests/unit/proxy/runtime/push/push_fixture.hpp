#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "proxy/runtime/push/gateway.hpp"
#include "proxy/runtime/push/lookup.hpp"

namespace proxy::runtime::push {

/// An io_context that is run until something has happened, and a folder that goes with the test.
class PushFixture : public testing::Test {
 protected:
  PushFixture() {
    std::string name = (std::filesystem::temp_directory_path() / "sipwake-push-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~PushFixture() override { std::filesystem::remove_all(folder_); }
  PushFixture(PushFixture&&) = delete;

  template <class Condition>
  bool run_until(Condition condition, std::chrono::seconds limit = std::chrono::seconds{10}) {
    const auto end = Clock::now() + limit;
    while (!condition() && Clock::now() < end) io_.run_one_for(std::chrono::milliseconds{100});
    return condition();
  }
  /// What is ready to run is run; nothing is waited for.
  void settle() {
    while (io_.poll() > 0) {
    }
  }
  std::string write(const std::string& name, const std::string& text) const {
    const auto path = (folder_ / name).string();
    std::ofstream{path} << text;
    return path;
  }

  std::filesystem::path folder_;
  boost::asio::io_context io_;
};

}  // namespace proxy::runtime::push
