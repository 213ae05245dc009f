#pragma once
#include <memory>
#include <string>

#include "proxy/core/settings/settings.hpp"
#include "proxy/runtime/control/question.hpp"

namespace app::cli {

/// The API as commands ask it, without a token: of the server when one runs, else of the data
/// folder itself, where nothing is live.
class ApiDoor {
 public:
  virtual ~ApiDoor() = default;
  /// Throws Failed when nobody answers.
  virtual proxy::runtime::control::Told ask(const proxy::runtime::control::Question& question) = 0;

  /// The body of a good answer. Throws Failed with the problem's own words.
  std::string get(const std::string& target);
  std::string post(const std::string& target, const std::string& json = {});
  /// The events since the one of this id, or where they begin when it is empty. Waits until there
  /// is one, a few seconds at most.
  std::string events(const std::string& last);
  std::string patch(const std::string& target, const std::string& json);
  void remove(const std::string& target);

  /// Throws proxy::store::StoreError, or Failed when the data folder is in use and no server
  /// answers.
  static std::unique_ptr<ApiDoor> open(const proxy::Settings& settings);

 private:
  std::string must(const proxy::runtime::control::Question& question);
};

}  // namespace app::cli
