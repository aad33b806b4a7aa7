// Enlarges a bitmap by @SCALE@ with ONNX Runtime.
// Generated for @FILE@: input "@INPUT@" @INPUT_SHAPE@, output "@OUTPUT@" @OUTPUT_SHAPE@.
// Gradle: implementation("com.microsoft.onnxruntime:onnxruntime-android:1.23.0")

import ai.onnxruntime.OnnxTensor
import ai.onnxruntime.OrtEnvironment
import ai.onnxruntime.OrtSession
import android.graphics.Bitmap
import android.graphics.Color
import java.nio.FloatBuffer

class OnnxUpscaler(modelBytes: ByteArray) : AutoCloseable {
    private val environment = OrtEnvironment.getEnvironment()
    private val session = environment.createSession(modelBytes, OrtSession.SessionOptions())

    /** Returns the bitmap enlarged by @SCALE@. Cut large photos into tiles of @TILE@ px, see below. */
    fun upscale(bitmap: Bitmap): Bitmap {
        val width = bitmap.width
        val height = bitmap.height
        val pixels = IntArray(width * height)
        bitmap.getPixels(pixels, 0, width, 0, 0, width, height)
        val plane = width * height
        val values = FloatArray(3 * plane)
        for (i in 0 until plane) {
            values[i] = Color.red(pixels[i]) / 255f
            values[plane + i] = Color.green(pixels[i]) / 255f
            values[2 * plane + i] = Color.blue(pixels[i]) / 255f
        }
        val shape = longArrayOf(1, 3, height.toLong(), width.toLong())
        OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape).use { input ->
            session.run(mapOf("@INPUT@" to input)).use { result ->
                val output = (result.get(0) as OnnxTensor).floatBuffer
                return toBitmap(output, width * @SCALE@, height * @SCALE@)
            }
        }
    }

    private fun toBitmap(values: FloatBuffer, width: Int, height: Int): Bitmap {
        val plane = width * height
        val pixels = IntArray(plane)
        for (i in 0 until plane) {
            // The network clips to 0..1 itself; + 0.5 rounds to the nearest level.
            val red = (values.get(i) * 255f + 0.5f).toInt()
            val green = (values.get(plane + i) * 255f + 0.5f).toInt()
            val blue = (values.get(2 * plane + i) * 255f + 0.5f).toInt()
            pixels[i] = Color.rgb(red, green, blue)
        }
        return Bitmap.createBitmap(pixels, width, height, Bitmap.Config.ARGB_8888)
    }

    override fun close() = session.close()
}

// Tiles: step by @TILE@ - 2 * @OVERLAP@ px; of each result keep all but @OVERLAP@ * @SCALE@ px on the
// sides where another tile follows. The joins are then exactly what the whole photo would give.
