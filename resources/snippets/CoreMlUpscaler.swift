// Enlarges a picture by @SCALE@ with Core ML.
// Generated for @FILE@: input "@INPUT@" @INPUT_SHAPE@, output "@OUTPUT@" @OUTPUT_SHAPE@.

import CoreML
import Foundation

final class CoreMlUpscaler {
    private let model: MLModel

    init(compiledModel: URL) throws {
        let configuration = MLModelConfiguration()
        configuration.computeUnits = .all
        model = try MLModel(contentsOf: compiledModel, configuration: configuration)
    }

    /// Enlarges planar RGB values from 0 to 1 (3 x height x width), of one of the model's sizes.
    func upscale(_ values: [Float], height: Int, width: Int) throws -> [Float] {
        let shape = [1, 3, NSNumber(value: height), NSNumber(value: width)]
        let input = try MLMultiArray(shape: shape, dataType: .float32)
        for (index, value) in values.enumerated() {
            input[index] = NSNumber(value: value)
        }
        let features = try MLDictionaryFeatureProvider(dictionary: ["@INPUT@": input])
        let result = try model.prediction(from: features)
        guard let output = result.featureValue(for: "@OUTPUT@")?.multiArrayValue else {
            throw CocoaError(.featureUnsupported)
        }
        return (0..<output.count).map { output[$0].floatValue }
    }
}

// Tiles: step by @TILE@ - 2 * @OVERLAP@ px; keep all but @OVERLAP@ * @SCALE@ px on sides where another
// tile follows.
